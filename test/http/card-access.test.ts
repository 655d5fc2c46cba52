import { describe, expect, test } from 'vitest'
import { makeInstallation } from '../helpers/database.ts'
import { ANN, type Asked, NOON, type Sent, useCards } from './card-stage.ts'

describe('who may ask for a card', () => {
  const it = useCards()

  test('a company is not a person, and a person not a company', async () => {
    await it.readAnn()
    expect((await it.look('/cards/hubspot/companies/1')).status).toBe(404)
    expect((await it.look('/cards/hubspot/contacts/c1')).status).toBe(404)
  })

  test('nobody gets to know records of another portal', async () => {
    await it.readAnn()
    const other = await makeInstallation(it.db)
    const { status, card } = await it.look('/cards/hubspot/contacts/1', other.accountId)
    expect(status).toBe(404)
    expect(card).toMatchObject({ state: 'unknown' })
    expect(Object.keys(card)).toEqual(['state', 'text'])
  })

  test('a portal named in the address before HubSpot adds its own is refused', async () => {
    await it.readAnn()
    const other = await makeInstallation(it.db)
    const path = `/cards/hubspot/contacts/1?portalId=${it.installation.accountId}`
    const { status, body } = await it.ask({ path, portalId: other.accountId })
    expect({ status, body }).toEqual({ status: 401, body: '{"state":"refused"}' })
  })

  const inAddress = (part: string, instead: string) => ({
    mutate: (sent: Sent) => {
      sent.path = sent.path.replace(part, instead)
    },
  })
  const inHeaders = (name: string, value: string) => ({
    mutate: ({ headers }: Sent) => {
      headers[name] = value
    },
  })
  const mutations: [string, Partial<Asked>][] = [
    ['another record', inAddress('/1?', '/2?')],
    ['another portal', inAddress('portalId=', 'portalId=1')],
    ['another user', inAddress('userId=7', 'userId=8')],
    ['one more parameter', inAddress('appId=99', 'appId=99&x=1')],
    ['another signature', inHeaders('x-hubspot-signature-v3', 'AAAA')],
    ['an empty signature', inHeaders('x-hubspot-signature-v3', '')],
    ['another time', inHeaders('x-hubspot-request-timestamp', String(NOON.getTime()))],
    ['no time', inHeaders('x-hubspot-request-timestamp', '')],
    ['a time six minutes ago', { ageMs: 360_000 }],
    ['a time six minutes ahead', { ageMs: -360_000 }],
  ]
  test.each(mutations)('with %s it is not genuine', async (_what, change) => {
    await it.readAnn()
    const path = ANN
    const { status, body } = await it.ask({ path, portalId: it.installation.accountId, ...change })
    expect({ status, body }).toEqual({ status: 401, body: '{"state":"refused"}' })
  })

  test('the Host header decides nothing', async () => {
    await it.readAnn()
    const path = ANN
    const asked = { path, portalId: it.installation.accountId, host: 'evil.example' }
    expect((await it.ask(asked)).status).toBe(200)
  })

  test.each([
    ['a record we never read', '/cards/hubspot/contacts/404'],
    ['a kind of record without scores', '/cards/hubspot/deals/1'],
    ['an absurd id', `/cards/hubspot/contacts/${'9'.repeat(100)}`],
    ['another CRM', '/cards/salesforce/contacts/1'],
  ])('%s is unknown', async (_what, path) => {
    const { status, card } = await it.look(path)
    expect(status).toBe(404)
    expect(card.state).toBe('unknown')
  })

  test('it is kept nowhere and logged nowhere, small and quick', async () => {
    await it.readAnn()
    const path = ANN
    const asked = { path, portalId: it.installation.accountId }
    await it.ask(asked)
    const times: number[] = []
    for (let n = 0; n < 20; n++) {
      const started = performance.now()
      const { headers, body } = await it.ask(asked)
      times.push(performance.now() - started)
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['content-type']).toMatch(/^application\/json/)
      expect(headers['etag']).toBeUndefined()
      expect(headers['content-security-policy']).toBeDefined()
      expect(body.length).toBeLessThan(10_000)
    }
    expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(50)
    expect(it.logged).toEqual([])
  })
})
