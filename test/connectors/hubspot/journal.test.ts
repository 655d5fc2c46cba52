import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createJournal } from '../../../connectors/hubspot/journal.ts'
import { CrmAuthExpired, CrmRateLimited, CrmRejected, CrmUnavailable } from '../../../src/errors.ts'
import { movableClock } from '../helpers.ts'
import { type JournalServer, startJournalServer } from './journal-server.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const EARLIEST = 'GET /webhooks-journal/journal/2026-09/earliest'
const SUBSCRIBE = 'POST /webhooks-journal/subscriptions/2026-09'
const AT = '2026-11-22T11:00:00Z'
const EVENT = {
  type: 'OBJECT',
  portalId: 4711,
  occurredAt: AT,
  action: 'UPDATE',
  objectTypeId: '0-1',
  objectId: 7,
  propertyChanges: { jobtitle: 'CTO' },
}

let server: JournalServer
const clock = movableClock(NOW)
beforeEach(async () => {
  server = await startJournalServer()
})
afterEach(() => server.close())

function journal(apiUrl = server.url) {
  const app = {
    apiUrl,
    authorizeUrl: 'http://127.0.0.1:1',
    clientId: 'client-1',
    clientSecret: 'secret & more',
    redirectUrl: 'http://127.0.0.1:1',
  }
  return createJournal(app, { timeoutMs: 5_000 }, clock)
}

describe('signing in', () => {
  test('as the app, once for many calls, and anew after most of the token’s life', async () => {
    const reader = journal()
    await Promise.all([reader.read(null), reader.read(null)])
    clock.forward(799_000)
    await reader.read(null)
    const logins = () => server.routes().filter((route) => route.includes('/oauth/'))
    expect(logins()).toEqual(['POST /oauth/2026-09/token'])
    expect(Object.fromEntries(new URLSearchParams(server.asked[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-1',
      client_secret: 'secret & more',
      scope:
        'developer.webhooks_journal.read developer.webhooks_journal.subscriptions.read developer.webhooks_journal.subscriptions.write',
    })
    clock.forward(1_000)
    await reader.read(null)
    expect(logins()).toHaveLength(2)
    expect(server.asked.at(-1)?.authorization).toBe('Bearer t2')
  })

  test('a token that is refused is replaced once', async () => {
    const reader = journal()
    server.plan(EARLIEST, [401], [204])
    expect(await reader.read(null)).toMatchObject({ more: false })
    server.plan(EARLIEST, [401], [401])
    await expect(reader.read(null)).rejects.toThrow(CrmAuthExpired)
  })

  test('a failed sign-in is not kept', async () => {
    const reader = journal()
    server.plan('POST /oauth', [502], [400, { message: 'bad scope' }])
    await expect(reader.read(null)).rejects.toThrow(CrmUnavailable)
    await expect(reader.read(null)).rejects.toThrow(CrmRejected)
    expect(await reader.read(null)).toMatchObject({ more: false })
  })
})

describe('reading', () => {
  test('goes entry by entry until there is nothing new', async () => {
    server.add([EVENT])
    server.add([{ ...EVENT, objectId: 8 }])
    const reader = journal()
    const first = await reader.read(null)
    expect(first).toMatchObject({ position: '1', more: true, unreadable: [] })
    expect(first.notices).toMatchObject([
      {
        accountId: '4711',
        at: new Date(AT),
        about: { what: 'record', stream: 'contacts', id: '7' },
      },
    ])
    const second = await reader.read('1')
    expect(second).toMatchObject({ position: '2', more: true })
    expect(await reader.read('2')).toEqual({
      notices: [],
      unreadable: [],
      position: '2',
      more: false,
    })
  })

  test('an empty journal leaves one where one stood', async () => {
    const reader = journal()
    expect(await reader.read(null)).toMatchObject({ position: '', more: false })
    expect(await reader.read('')).toMatchObject({ position: '', more: false })
  })

  test('our token never goes to where the files lie', async () => {
    server.add([EVENT])
    await journal().read(null)
    const file = server.asked.find(({ route }) => route.includes('/files/'))
    expect(file?.authorization).toBe('')
  })

  test('a position that has expired goes on from the oldest entry, and says so', async () => {
    server.add([EVENT])
    server.add([EVENT])
    server.add([EVENT])
    server.forgetOldest()
    server.forgetOldest()
    const page = await journal().read('1')
    expect(page).toMatchObject({ position: '3', more: true })
    expect(page.unreadable).toEqual([expect.stringContaining('no longer reaches back')])
    expect(page.notices).toHaveLength(1)
  })

  test('an expired position in an empty journal starts anew', async () => {
    server.forgetOldest()
    const page = await journal().read('0')
    expect(page).toMatchObject({ position: '', more: false, unreadable: [expect.any(String)] })
  })

  test('no journal at all is a refusal', async () => {
    server.plan(EARLIEST, [404], [404])
    await expect(journal().read(null)).rejects.toThrow(CrmRejected)
  })

  test.each([
    ['a limit', [429, { policyName: 'DAILY' }], CrmRateLimited],
    ['an outage', [503], CrmUnavailable],
    ['a missing permission', [403, { category: 'MISSING_SCOPES' }], CrmRejected],
    ['an answer without an address', [200, {}], CrmUnavailable],
    ['no JSON', [200, '<html>'], CrmUnavailable],
  ] as const)('%s is thrown as what it is', async (_name, reply, kind) => {
    server.plan(EARLIEST, reply)
    await expect(journal().read(null)).rejects.toThrow(kind)
  })

  test.each([
    ['is not there any more', [403, 'expired']],
    ['is cut short', [200, '{"journalEvents":[{"type"']],
    ['holds something else', [200, { events: [] }]],
    ['is far too long', [200, { journalEvents: [], filler: 'x'.repeat(20_000_000) }]],
    ['leads elsewhere', [302, '/files/0']],
  ] as const)('a file that %s is tried again later', async (_name, reply) => {
    server.add([EVENT])
    server.plan('GET /files', reply)
    await expect(journal().read(null)).rejects.toThrow(CrmUnavailable)
  })

  test.each([
    'http://127.0.0.2:1/x',
    'file:///etc/passwd',
    'https://127.0.0.1:1/x',
    'http://user:pass@127.0.0.1/x',
    'http://',
  ])('a file at %s is not asked for', async (fileUrl) => {
    server.add([EVENT], fileUrl)
    await expect(journal().read(null)).rejects.toThrow(/address that is not called/)
  })
})

describe('subscribing', () => {
  const subscriptions = () =>
    server.asked
      .filter(({ route }) => route === SUBSCRIBE)
      .map(({ body }): Record<string, unknown> => JSON.parse(body))

  test('asks for what we read, the life of the app and privacy deletions', async () => {
    await journal().subscribe('4711')
    const asked = subscriptions()
    expect(asked).toContainEqual({
      subscriptionType: 'APP_LIFECYCLE_EVENT',
      eventTypeId: '4-1916193',
    })
    expect(asked).toContainEqual({
      subscriptionType: 'GDPR_PRIVACY_DELETION',
      objectTypeId: '0-1',
      portalId: 4711,
      actions: ['GDPR_DELETE'],
    })
    const contacts = asked.find((each) => each['objectTypeId'] === '0-1')
    expect(contacts).toMatchObject({ actions: ['CREATE', 'UPDATE', 'DELETE', 'MERGE', 'RESTORE'] })
    expect(contacts?.['properties']).toContain('jobtitle')
    expect(JSON.stringify(contacts)).not.toMatch(/plumbline_/)
    const objects = asked.filter((each) => each['subscriptionType'] === 'OBJECT')
    expect(objects).toHaveLength(7)
    expect(asked.filter((each) => each['subscriptionType'] === 'ASSOCIATION')).not.toHaveLength(0)
  })

  test('one that is refused does not keep the others from being made', async () => {
    server.plan(SUBSCRIBE, [200, {}], [200, {}], [400, { message: 'no such object' }])
    await expect(journal().subscribe('4711')).rejects.toThrow(
      /1 of \d+ .* refused: .*no such object/,
    )
    expect(subscriptions().length).toBeGreaterThan(10)
  })

  test.each([403, 404])('a refusal of all, %i, is not repeated for each', async (status) => {
    server.plan(SUBSCRIBE, [status, {}])
    await expect(journal().subscribe('4711')).rejects.toThrow(CrmRejected)
    expect(subscriptions()).toHaveLength(1)
  })

  test('an outage is no refusal', async () => {
    server.plan(SUBSCRIBE, [503])
    await expect(journal().subscribe('4711')).rejects.toThrow(CrmUnavailable)
  })
})
