import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { API_VERSION } from '../../../connectors/salesforce/api-version.ts'
import { SalesforceRejected } from '../../../connectors/salesforce/errors.ts'
import { CrmAuthExpired, CrmRejected, CrmUnavailable } from '../../../src/errors.ts'
import { json, NOW, openClient, openPlain, tokensAt } from './plain-server.ts'

const EXPIRED = [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]
const READ = { method: 'GET', path: '/query', query: { q: 'x' }, answer: z.unknown() } as const
const ONCE = { ...READ, repeatable: false }
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function stageWith(handler: Parameters<typeof openPlain>[0], options: object = {}) {
  const server = await openPlain(handler)
  closers.push(server.close)
  return { ...server, ...openClient({ tokens: tokensAt(server.url), ...options }) }
}

test('a call goes out once, signed, versioned and with our name on it', async () => {
  const stage = await stageWith((_, res) => json(res, 200, { done: true }))
  const call = {
    method: 'PATCH',
    path: '/composite/sobjects',
    headers: { 'Sforce-Auto-Assign': 'FALSE' },
    body: { allOrNone: false, text: 'Ünï' },
    answer: z.object({ done: z.boolean() }),
  } as const
  expect(await stage.client.call(call)).toEqual({ done: true })
  expect(stage.asked).toHaveLength(1)
  const [asked] = stage.asked
  expect(asked).toMatchObject({
    method: 'PATCH',
    url: `/services/data/v${API_VERSION}/composite/sobjects`,
    text: '{"allOrNone":false,"text":"Ünï"}',
    headers: {
      authorization: 'Bearer access-1',
      'sforce-call-options': 'client=Plumbline',
      'sforce-auto-assign': 'FALSE',
      'content-type': 'application/json',
    },
  })
  expect(stage.budget.taken).toEqual({ daily: 1 })
})

test('an address that Salesforce names is taken as it is', async () => {
  const stage = await stageWith((_, res) => json(res, 200, {}))
  await stage.client.call({ ...READ, path: '/services/data/v66.0/query/01gX-2000', query: {} })
  expect(stage.asked[0]?.url).toBe('/services/data/v66.0/query/01gX-2000')
})

test.each([
  '/services/oauth2/userinfo',
  '/services/data/../oauth2/token',
  '/services/data/%2e%2e/oauth2/token',
  '/services@evil.example/services/data/v66.0/query',
  '/../../oauth2/token',
])('the token does not follow %s', async (path) => {
  const stage = await stageWith((_, res) => json(res, 200, {}))
  await expect(stage.client.call({ ...READ, path })).rejects.toThrow(CrmRejected)
  expect(stage.asked).toHaveLength(0)
})

test('a 401 that lasts is renewed once and asked again once', async () => {
  const renewed: string[] = []
  const stage = await stageWith((_, res) => json(res, 401, EXPIRED), {
    refresh: async (refreshToken: string) => {
      renewed.push(refreshToken)
      return tokensAt(stage.url, { accessToken: 'access-2', refreshToken: 'refresh-2' })
    },
  })
  await expect(stage.client.call(READ)).rejects.toThrow(CrmAuthExpired)
  expect(renewed).toEqual(['refresh-1'])
  expect(stage.asked.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer access-1',
    'Bearer access-2',
  ])
})

test('what renewed tokens say of where the org lives now counts at once', async () => {
  const old = await openPlain((_, res) => json(res, 401, EXPIRED))
  closers.push(old.close)
  const moved = await openPlain((_, res) => json(res, 200, { here: true }))
  closers.push(moved.close)
  const { client } = openClient({
    tokens: tokensAt(old.url),
    refresh: async () => tokensAt(`${moved.url}/pod/7`, { accessToken: 'access-2' }),
  })
  expect(await client.call(READ)).toEqual({ here: true })
  expect(moved.asked[0]?.url).toBe(`/pod/7/services/data/v${API_VERSION}/query?q=x`)
  expect(await client.home()).toMatchObject({ instanceUrl: `${moved.url}/pod/7` })
  expect(old.asked).toHaveLength(1)
})

test('an old address where something else answers has the tokens renewed, once', async () => {
  const moved = await openPlain((_, res) => json(res, 200, { here: true }))
  closers.push(moved.close)
  const stage = await stageWith(
    (_, res) => res.writeHead(404, { 'content-type': 'text/html' }).end('<html>No longer'),
    { refresh: async () => tokensAt(moved.url, { accessToken: 'access-2' }) },
  )
  stage.clock.forward(20 * 60_000)
  expect(await stage.client.call(READ)).toEqual({ here: true })
  expect(stage.credentials.renewals).toBe(1)
})

test('a refusal that is part of a good answer costs no renewal', async () => {
  const stage = await stageWith((_, res) => json(res, 400, [{ id: '1', isSuccess: false }]))
  stage.clock.forward(20 * 60_000)
  expect(await stage.client.call({ ...READ, alsoGood: [400] })).toHaveLength(1)
  await expect(stage.client.call(ONCE)).rejects.toThrow('nobody may renew here')
})

test('pages of something on the way do not cost a renewal for each try', async () => {
  const stage = await stageWith((_, res) => res.writeHead(404).end('<html>'), {
    refresh: async () =>
      tokensAt(stage.url, {
        accessToken: 'access-2',
        expiresAt: new Date(stage.clock.now().getTime() + 12 * 3_600_000),
      }),
  })
  stage.clock.forward(20 * 60_000)
  await expect(stage.client.call(READ)).rejects.toThrow(CrmUnavailable)
  expect(stage.credentials.renewals).toBe(1)
  expect(stage.asked).toHaveLength(5)
})

test('tokens are renewed before use when their time is over', async () => {
  const stage = await stageWith((_, res) => json(res, 200, {}), {
    refresh: async () =>
      tokensAt(stage.url, { accessToken: 'access-2', expiresAt: new Date(NOW.getTime() + 9e9) }),
  })
  stage.clock.forward(12 * 3_600_000)
  await stage.client.call(READ)
  expect(stage.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer access-2'])
})

test('an outage is waited out, for writes too', async () => {
  const stage = await stageWith((_, res, nth) =>
    nth < 3 ? res.destroy() : json(res, 200, { n: nth }),
  )
  expect(await stage.client.call({ ...READ, method: 'PATCH', body: {} })).toEqual({ n: 3 })
  expect(stage.slept).toHaveLength(2)
  expect(stage.budget.taken).toEqual({ daily: 3 })
})

test('nothing in an empty answer, and nothing but places in the error of a wrong one', async () => {
  const stage = await stageWith((_, res, nth) =>
    nth === 1
      ? res.writeHead(204).end()
      : json(res, 200, { records: [{ Email: 'secret@acme.example' }] }),
  )
  expect(await stage.client.call(ONCE)).toBeUndefined()
  const answer = z.object({ records: z.array(z.object({ Id: z.string() })) })
  const error = await stage.client.call({ ...ONCE, answer }).catch((e) => e)
  expect(error).toBeInstanceOf(CrmUnavailable)
  expect(error.message).toContain('records.0.Id')
  expect(error.message).not.toContain('secret@')
})

test('CSV is CSV', async () => {
  const stage = await stageWith((_, res, nth) => {
    if (nth === 1)
      res
        .writeHead(200, { 'content-type': 'text/csv; charset=UTF-8', 'sforce-locator': 'null' })
        .end('Id\n1\n')
    else res.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
  })
  const { text, headers } = await stage.client.csv(ONCE)
  expect([text, headers.get('sforce-locator')]).toEqual(['Id\n1\n', 'null'])
  await expect(stage.client.csv(ONCE)).rejects.toThrow(CrmUnavailable)
})

test('at most ten calls at once', async () => {
  let open = 0
  let most = 0
  const stage = await stageWith((_, res) => {
    open += 1
    most = Math.max(most, open)
    setTimeout(() => {
      open -= 1
      json(res, 200, {})
    }, 20)
  })
  await Promise.all(Array.from({ length: 35 }, () => stage.client.call(ONCE)))
  expect(stage.asked).toHaveLength(35)
  expect(most).toBe(10)
})

test('a failed call gives its turn on', async () => {
  const stage = await stageWith((_, res, nth) =>
    nth <= 20 ? json(res, 404, [{ errorCode: 'NOT_FOUND', message: 'x' }]) : json(res, 200, {}),
  )
  const ends = await Promise.allSettled(Array.from({ length: 20 }, () => stage.client.call(ONCE)))
  expect(
    ends.every((end) => end.status === 'rejected' && end.reason instanceof SalesforceRejected),
  ).toBe(true)
  expect(await stage.client.call(ONCE)).toEqual({})
})

test('how far our clock is ahead of theirs, by the last answer', async () => {
  const dates = ['Sun, 01 Nov 2026 11:59:00 GMT', 'Sun, 01 Nov 2026 12:05:00 GMT']
  const stage = await stageWith((_, res, nth) => json(res, 200, {}, { date: dates[nth - 1] }))
  expect(stage.client.clockAheadMs()).toBe(0)
  await stage.client.call(ONCE)
  expect(stage.client.clockAheadMs()).toBe(60_000)
  await stage.client.call(ONCE)
  expect(stage.client.clockAheadMs()).toBe(0)
})

test('a stop from outside ends a call at once and is not taken for an outage', async () => {
  const stop = new AbortController()
  const stage = await stageWith(() => stop.abort(new Error('shutting down')), {
    signal: stop.signal,
  })
  await expect(stage.client.call(READ)).rejects.toThrow('shutting down')
  expect(stage.slept).toEqual([])
})

test('tokens without an address ask for a new connection', async () => {
  const { client } = openClient({ tokens: tokensAt('http://127.0.0.1:1', { home: undefined }) })
  await expect(client.call(ONCE)).rejects.toThrow(CrmAuthExpired)
  await expect(client.home()).rejects.toThrow(CrmAuthExpired)
})
