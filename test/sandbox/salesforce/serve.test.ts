import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectOrg, DATA, ORG_APP, ORG_ID, orgSend, QueryPage } from '../org.ts'
import { temporaryDirectory } from '../portal.ts'
import { kill, startServing } from '../serving.ts'
import { subscriber } from './pubsub-client.ts'
import { LEADS } from './pubsub-org.ts'

function start(file: string, ...more: string[]) {
  return startServing([
    ...['--crm', 'salesforce', '--file', file, '--org-id', ORG_ID.slice(0, 15)],
    ...['--client-id', ORG_APP.client_id, '--client-secret', ORG_APP.client_secret],
    ...more,
  ])
}

test('a filled org outlives kill -9, with its sessions and its event stream', async () => {
  const file = join(temporaryDirectory(), 'org.db')
  const first = start(file, '--people', '40', '--seed', '1')
  const { url, counts, pubSub } = await first.seen('ready')
  expect((counts['Lead'] ?? 0) + (counts['Contact'] ?? 0)).toBeGreaterThanOrEqual(40)
  expect(pubSub?.certificate).toContain('BEGIN CERTIFICATE')
  const { access_token: token } = await connectOrg(url)
  await kill(first)

  const again = await start(file).seen('ready')
  expect(again.counts).toEqual(counts)
  const headers = { authorization: `Bearer ${token}` }
  const page = await orgSend(`${again.url}${DATA}/query?q=SELECT+Id+FROM+Contact`, { headers })
  expect(QueryPage.parse(page.body).totalSize).toBe(counts['Contact'])
  const topic = subscriber({ url: again.url, token, pubSub: again.pubSub ?? null }).topic(LEADS)
  expect(await topic).toMatchObject({ topicName: LEADS, canSubscribe: true })
})

test('a fill that is killed leaves no org, and the next one begins anew', async () => {
  const file = join(temporaryDirectory(), 'org.db')
  const first = start(file, '--people', '20000')
  await first.seen('progress')
  await kill(first)
  expect(existsSync(file)).toBe(false)
  const second = start(file, '--people', '30')
  await second.seen('ready')
  const last = second.events.findLast(({ event }) => event === 'progress')
  expect(last).toEqual({ event: 'progress', done: 30, total: 30 })
})

test('the daily limit and the life of a session are what was asked for', async () => {
  const file = join(temporaryDirectory(), 'org.db')
  const limits = ['--limits', '2', '--token-lifetime', '60']
  const { url } = await start(file, '--people', '3', ...limits).seen('ready')
  const { access_token: token } = await connectOrg(url)
  const query = () =>
    orgSend(`${url}${DATA}/query?q=SELECT+Id+FROM+Lead`, {
      headers: { authorization: `Bearer ${token}` },
    })
  expect((await query()).headers.get('sforce-limit-info')).toBe('api-usage=1/2')
  await query()
  expect((await query()).body).toMatchObject([{ errorCode: 'REQUEST_LIMIT_EXCEEDED' }])
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ offsetMs: 2 * 86_400_000 })
  await orgSend(`${url}/__clock`, { method: 'POST', headers, body })
  expect((await query()).body).toMatchObject([{ errorCode: 'INVALID_SESSION_ID' }])
})

test('what cannot work is said on stdout, with exit code 2', async () => {
  const file = join(temporaryDirectory(), 'org.db')
  const wrong: [string[], string][] = [
    [['--people', '5', '--org-id', '4711'], 'no id of a Salesforce org'],
    [
      ['--people', '5', '--webhook-url', 'http://127.0.0.1:9'],
      '--webhook-url is for --crm hubspot',
    ],
    [['--people', '5', '--crm', 'pipedrive'], '--crm must be hubspot or salesforce'],
    [[], 'holds no org yet: give --people N or --csv FILE'],
  ]
  for (const [options, words] of wrong) {
    const running = start(file, ...options)
    expect((await running.seen('error')).message).toContain(words)
    expect(await running.exited).toEqual([2, null])
  }
})
