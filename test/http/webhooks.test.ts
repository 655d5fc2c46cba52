import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { refusedCounts } from '../../src/store/inbox-counts.ts'
import { setStatus } from '../../src/store/installations.ts'
import { signedBySender } from '../connectors/hubspot/signer.ts'
import { useWebhookServer } from './webhook-stage.ts'

const stage = useWebhookServer()
const { post, event, stored, woken } = stage
const events = (count: number, changes: object = {}) =>
  JSON.stringify(Array.from({ length: count }, (_, index) => event(index, changes)))

describe('a webhook', () => {
  test('is stored, answered and worked on', async () => {
    const answer = await post(events(100))
    expect(answer.status).toBe(200)
    expect(await stored()).toEqual({ inbox: 100, due: 100 })
    expect(woken).toEqual([`fetch ${stage.here().id}`])
  })

  test('that comes again changes nothing', async () => {
    const body = events(100)
    await Promise.all([post(body), post(body), post(body)])
    expect(await stored()).toEqual({ inbox: 100, due: 100 })
  })

  test('of 100 events with the longest values is taken', async () => {
    const body = events(100, { propertyValue: 'ä'.repeat(32_768) })
    expect(Buffer.byteLength(body)).toBeGreaterThan(6_500_000)
    expect((await post(body)).status).toBe(200)
    expect(await stored()).toEqual({ inbox: 100, due: 100 })
  })

  test('with poison in it loses only the poison, and the log repeats no value', async () => {
    const list: unknown[] = [
      ...JSON.parse(events(99)),
      { ...event(7), objectId: 'canary@example.com' },
    ]
    expect((await post(JSON.stringify(list))).status).toBe(200)
    expect(await stored()).toEqual({ inbox: 99, due: 99 })
    expect(await refusedCounts(stage.db, new Date())).toMatchObject([
      { result: 'unreadable', events: 1 },
    ])
    expect(stage.logged.join()).toContain('nobody understands')
    expect(stage.logged.join()).not.toContain('canary')
  })

  test('keeps no value of a record', async () => {
    await post(events(3))
    const { rows } = await sql<{ text: string }>`select inbox::text as text from inbox`.execute(
      stage.db,
    )
    expect(rows).toHaveLength(3)
    expect(JSON.stringify(rows)).not.toMatch(/canary|jobtitle/)
  })

  test('of an account that nobody connected is taken, counted, and does nothing', async () => {
    expect((await post(events(2, { portalId: 987_654_321 }))).status).toBe(200)
    await setStatus(stage.db, stage.here().id, 'disconnected', 'left', new Date())
    expect((await post(events(3))).status).toBe(200)
    expect(await stored()).toEqual({ inbox: 0, due: 0 })
    expect(woken).toEqual([])
    expect(await refusedCounts(stage.db, new Date())).toMatchObject([
      { result: 'no_installation', events: 5 },
    ])
  })

  test.each([
    ['unsigned', { 'x-hubspot-signature-v3': '' }],
    ['of the wrong length', { 'x-hubspot-signature-v3': 'AAA=' }],
    ['without a time', { 'x-hubspot-request-timestamp': 'NaN' }],
    ['replayed', { 'x-hubspot-request-timestamp': String(Date.now() - 600_000) }],
    ['of the future', { 'x-hubspot-request-timestamp': String(Date.now() + 600_000) }],
  ])('that is %s gets 401 and leaves nothing', async (_name, headers) => {
    expect((await post(events(1), headers)).status).toBe(401)
    expect(await stored()).toEqual({ inbox: 0, due: 0 })
  })

  test.each(['?', '?portalId=1', '/'])('at another address (%s) gets 401', async (end) => {
    expect((await post(events(1), {}, `/webhooks/hubspot${end}`)).status).toBe(401)
  })

  test('that a proxy has rewritten is checked against our own address', async () => {
    const rewritten = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '8080',
      'x-original-url': '/elsewhere',
      forwarded: 'host=evil.example;proto=http',
    }
    expect((await post(events(1), rewritten)).status).toBe(200)
  })

  test('with a signature that is there twice gets 401', async () => {
    const { headers, body } = signedBySender(events(1), { at: new Date() })
    const socket = connect(stage.port, '127.0.0.1')
    const twice = [
      'x-hubspot-signature-v3: x',
      ...Object.entries(headers).map(([k, v]) => `${k}: ${v}`),
    ]
    socket.write(
      `POST /webhooks/hubspot HTTP/1.1\r\nhost: x\r\n${twice.join('\r\n')}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
    )
    socket.write(body)
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1.1 401/)
  })

  test.each([
    ['no list', '{"a":1}', 400],
    ['no JSON', '[{', 400],
    ['nothing', '', 400],
    ['more than 10 MB', `["${'x'.repeat(10 * 1024 * 1024)}"]`, 413],
  ])('of %s is refused', async (_name, body, status) => {
    expect((await post(body)).status).toBe(status)
    expect(await stored()).toEqual({ inbox: 0, due: 0 })
  })

  test('that is packed, or for a CRM that is not configured, is refused', async () => {
    const packed = await post(gzipSync(events(1)), { 'content-encoding': 'gzip' })
    expect(packed.status).toBe(415)
    expect((await post(events(1), {}, '/webhooks/salesforce')).status).toBe(404)
  })

  test('of any content type is read as it is', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=x',
    ]) {
      expect((await post(events(1), { 'content-type': type })).status).toBe(200)
    }
  })

  test('that breaks off leaves nothing', async () => {
    const { headers, body } = signedBySender(events(5), { at: new Date() })
    const socket = connect(stage.port, '127.0.0.1')
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    socket.write(
      `POST /webhooks/hubspot HTTP/1.1\r\nhost: x\r\n${lines.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n`,
    )
    socket.write(body.subarray(0, 100))
    socket.resume().end()
    await once(socket, 'close')
    expect(await stored()).toEqual({ inbox: 0, due: 0 })
  })
})
