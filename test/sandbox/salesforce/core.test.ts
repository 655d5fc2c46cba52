import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { isOrgFile } from '../../../sandbox/salesforce/org.ts'
import { connectOrg, DATA, lead, ORG_START, openOrg, orgFile, orgSend, startOrg } from '../org.ts'
import { temporaryDirectory } from '../portal.ts'

const DAY = 86_400_000

test('every answer tells the time of the org and what the daily limit has left', async () => {
  const { call, clock } = await openOrg()
  clock.now += 5_000
  const reply = await call('GET', 'limits')
  expect(reply.status).toBe(200)
  expect(reply.headers.get('date')).toBe('Sun, 01 Nov 2026 12:00:05 GMT')
  expect(reply.headers.get('sforce-limit-info')).toBe('api-usage=1/100000')
  expect(reply.body).toMatchObject({
    DailyApiRequests: { Max: 100_000, Remaining: 99_999 },
    DailyBulkV2QueryJobs: { Max: 10_000, Remaining: 10_000 },
  })
})

test('no token, a strange one and one that is too old are no session', async () => {
  const { url, call, clock } = await openOrg([], { tokenLifetimeS: 60 })
  const refusal = {
    status: 401,
    body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
  }
  expect(await orgSend(`${url}${DATA}/limits`)).toMatchObject(refusal)
  const headers = { authorization: 'Bearer nobody' }
  expect(await orgSend(`${url}${DATA}/limits`, { headers })).toMatchObject(refusal)
  clock.now += 61_000
  expect(await call('GET', 'limits')).toMatchObject(refusal)
})

test.for<[string, number, string]>([
  ['/services/data/v30.0/limits', 410, 'UNSUPPORTED_API_VERSION'],
  ['/services/data/v21.0/sobjects', 410, 'UNSUPPORTED_API_VERSION'],
  ['/services/data/v69.0/limits', 404, 'NOT_FOUND'],
  ['/services/data/66/limits', 404, 'NOT_FOUND'],
  ['/services/data/v66.0/nothing', 404, 'NOT_FOUND'],
  ['/services/nothing', 404, 'NOT_FOUND'],
])('%s answers %i', async ([path, status, errorCode]) => {
  const { call } = await openOrg()
  expect(await call('GET', path)).toMatchObject({ status, body: [{ errorCode }] })
})

test('the oldest and the newest version answer', async () => {
  const { call } = await openOrg()
  expect((await call('GET', '/services/data/v31.0/limits')).status).toBe(200)
  expect((await call('GET', '/services/data/v68.0/limits')).status).toBe(200)
})

test('the daily limit is shared with other apps, and rolls', async () => {
  const { url, call, lever, clock } = await openOrg([], { dailyLimit: 100 })
  await lever('/__usage', { used: 98 })
  expect((await call('GET', 'limits')).headers.get('sforce-limit-info')).toBe('api-usage=99/100')
  expect((await call('GET', 'limits')).status).toBe(200)
  expect(await call('GET', 'limits')).toMatchObject({
    status: 403,
    body: [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
  })
  expect((await lever('/__usage', undefined, 'GET')).body).toEqual({ used: 100, limit: 100 })
  expect((await lever('/__ledger', undefined, 'GET')).body).toMatchObject({
    refused: 1,
    byStatus: { 200: 3, 302: 1, 403: 1 },
  })
  clock.now += DAY + 60_000
  const { access_token } = await connectOrg(url)
  const headers = { authorization: `Bearer ${access_token}` }
  expect((await orgSend(`${url}${DATA}/limits`, { headers })).status).toBe(200)
})

test('calls count on after a restart', async () => {
  const file = orgFile()
  const options = { now: () => ORG_START }
  const first = await startOrg(file, options)
  const { access_token } = await connectOrg(first.url)
  const headers = { authorization: `Bearer ${access_token}` }
  await orgSend(`${first.url}${DATA}/limits`, { headers })
  await first.close()
  const second = await startOrg(file, options)
  const reply = await orgSend(`${second.url}${DATA}/limits`, { headers })
  await second.close()
  expect(reply.headers.get('sforce-limit-info')).toBe('api-usage=2/100000')
})

test.for<[object, object]>([
  [{ kind: 'session' }, { status: 401, body: [{ errorCode: 'INVALID_SESSION_ID' }] }],
  [{ kind: 'limit' }, { status: 403, body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED' }] }],
  [
    { kind: 'status', status: 503 },
    { status: 503, body: [{ errorCode: 'SERVER_UNAVAILABLE' }] },
  ],
  [
    { kind: 'status', status: 500, body: { own: 1 } },
    { status: 500, body: { own: 1 } },
  ],
  [
    { kind: 'status', status: 502, html: '<h1>Bad</h1>' },
    { status: 502, body: '<h1>Bad</h1>' },
  ],
])('the fault %j strikes once', async ([fault, answer]) => {
  const { call, lever } = await openOrg()
  const faults = [{ match: { route: '/limits', times: 1 }, do: fault }]
  expect((await lever('/__faults', faults)).status).toBe(204)
  expect((await lever('/__faults', undefined, 'GET')).body).toEqual({ faults })
  expect(await call('GET', 'limits')).toMatchObject(answer)
  expect((await call('GET', 'limits')).status).toBe(200)
})

test('a status fault brings its headers, and ends when faults are taken away', async () => {
  const { call, lever } = await openOrg()
  await lever('/__faults', {
    faults: [{ do: { kind: 'status', status: 503, headers: { 'retry-after': '9' } } }],
  })
  expect((await call('GET', 'limits')).headers.get('retry-after')).toBe('9')
  await lever('/__faults', undefined, 'DELETE')
  expect((await call('GET', 'limits')).status).toBe(200)
})

test('a reset cuts the connection before, apply-then-reset after the request', async () => {
  const { call, lever } = await openOrg([lead(1)])
  const city = async () => {
    const { body } = await lever(`/__records?type=Lead&id=${idOf('Lead', 1)}`, undefined, 'GET')
    return Object(body)['fields']['City']
  }
  const update = (City: string) => call('PATCH', `sobjects/Lead/${idOf('Lead', 1)}`, { City })
  await lever('/__faults', [{ match: { method: 'PATCH', nth: 1 }, do: { kind: 'reset' } }])
  await expect(update('Graz')).rejects.toThrow(TypeError)
  expect(await city()).toBeUndefined()
  await lever('/__faults', [
    { match: { method: 'PATCH', nth: 1 }, do: { kind: 'apply-then-reset' } },
  ])
  await expect(update('Wien')).rejects.toThrow(TypeError)
  expect(await city()).toBe('Wien')
  expect((await lever('/__ledger', undefined, 'GET')).body).toMatchObject({
    recordsWritten: 1,
    byStatus: { reset: 2 },
    byRoute: { 'PATCH /services/data/sobjects/{type}/{id}': 2 },
  })
})

test('a truncated answer is a 200 that does not parse', async () => {
  const { call, lever } = await openOrg()
  await lever('/__faults', [{ do: { kind: 'truncate' } }])
  await expect(call('GET', 'limits')).rejects.toThrow(SyntaxError)
})

test('the ledger starts anew, and the levers are not in it', async () => {
  const { call, lever } = await openOrg()
  await call('GET', 'limits')
  await lever('/__ledger', undefined, 'DELETE')
  await call('GET', 'limits')
  expect((await lever('/__ledger', undefined, 'GET')).body).toEqual({
    total: 1,
    byRoute: { 'GET /services/data/limits': 1 },
    byStatus: { 200: 1 },
    recordsWritten: 0,
    refused: 0,
  })
})

test('the clock can be moved', async () => {
  const { call, lever } = await openOrg()
  expect((await lever('/__clock', { offsetMs: 3_600_000 })).body).toEqual({
    now: ORG_START + 3_600_000,
  })
  expect((await call('GET', 'limits')).headers.get('date')).toContain('13:00:00')
})

test('a body that is no JSON, and a lever that is not understood', async () => {
  const { call, lever } = await openOrg()
  expect(await call('POST', 'sobjects/Lead', '{broken')).toMatchObject({
    status: 400,
    body: [{ errorCode: 'JSON_PARSER_ERROR' }],
  })
  expect(await lever('/__clock', { offset: 3 })).toMatchObject({
    status: 400,
    body: [{ message: expect.stringContaining('offsetMs') }],
  })
})

test('a file belongs to one org, and nothing else is taken for one', async () => {
  const file = orgFile()
  expect(isOrgFile(file)).toBe(true)
  await expect(startOrg(file, { orgId: '00D0Kj000000002' })).rejects.toThrow(
    /is org 00D0Kj000000001\w{3}, not 00D0Kj000000002\w{3}/,
  )
  await expect(startOrg(file, { orgId: '8080' })).rejects.toThrow('"8080" is no id')
  const other = join(temporaryDirectory(), 'letter.txt')
  expect(isOrgFile(other)).toBe(false)
  writeFileSync(other, 'Dear Ada, this is no database at all.'.repeat(40))
  await expect(startOrg(other)).rejects.toThrow(/letter\.txt cannot be used as a sandbox org/)
})
