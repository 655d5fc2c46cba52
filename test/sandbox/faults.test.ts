import { expect, test } from 'vitest'
import { many, portal, V } from './portal.ts'

async function withFaults(faults: unknown[], seed = 1) {
  const running = await portal(many(5))
  expect((await running.control('/__faults', { faults, seed })).status).toBe(204)
  const list = () => running.objects('GET', 'contacts')
  const update = () =>
    running.objects('POST', 'contacts/batch/update', {
      inputs: many(4).map(({ id }) => ({ id, properties: { city: 'Graz' } })),
    })
  const cities = async () => {
    const { results } = await running.search('contacts', { properties: ['city'] })
    return results.map(({ properties }) => properties['city'])
  }
  return { ...running, list, update, cities }
}

test('a status fault strikes where it matches, as often as it may', async () => {
  const { list, update } = await withFaults([
    {
      match: { method: 'POST', route: '/batch/', times: 1 },
      do: { kind: 'status', status: 423, body: { message: 'locked' } },
    },
  ])
  expect((await list()).status).toBe(200)
  expect(await update()).toMatchObject({ status: 423, body: { message: 'locked' } })
  expect((await update()).status).toBe(200)
})

test('only the nth request is struck', async () => {
  const { list } = await withFaults([
    { match: { nth: 2 }, do: { kind: 'status', status: 502, html: '<h1>Bad gateway</h1>' } },
  ])
  expect((await list()).status).toBe(200)
  const struck = await list()
  expect(struck).toMatchObject({ status: 502, body: '<h1>Bad gateway</h1>' })
  expect(struck.headers.get('content-type')).toContain('text/html')
  expect((await list()).status).toBe(200)
})

test('477 carries Retry-After', async () => {
  const { list } = await withFaults([{ do: { kind: 'status', status: 477, retryAfter: 3_600 } }])
  const struck = await list()
  expect(struck.status).toBe(477)
  expect(struck.headers.get('retry-after')).toBe('3600')
})

test('a daily limit is reached on demand', async () => {
  const { list, ledger } = await withFaults([{ do: { kind: '429', policyName: 'DAILY' } }])
  expect(await list()).toMatchObject({ status: 429, body: { policyName: 'DAILY' } })
  expect(await ledger()).toMatchObject({ rateLimited: 1 })
})

test('a probability falls the same way for the same seed', async () => {
  const fault = { match: { probability: 0.5 }, do: { kind: 'status', status: 500 } }
  const draw = async () => {
    const { list } = await withFaults([fault], 7)
    const statuses: number[] = []
    for (let index = 0; index < 20; index += 1) statuses.push((await list()).status)
    return statuses
  }
  const statuses = await draw()
  expect(new Set(statuses)).toEqual(new Set([200, 500]))
  expect(await draw()).toEqual(statuses)
})

test('a partial fault fails the named inputs and applies the rest', async () => {
  const { update, cities } = await withFaults([{ do: { kind: 'partial', ids: ['2', '4'] } }])
  expect(await update()).toMatchObject({
    status: 207,
    body: {
      numErrors: 2,
      results: [{ id: '1' }, { id: '3' }],
      errors: [{ context: { ids: ['2'] } }, { context: { ids: ['4'] } }],
    },
  })
  expect(await cities()).toEqual(['Graz', null, 'Graz', null, null])
})

test('a partial fault by count fails the first inputs', async () => {
  const { update } = await withFaults([{ do: { kind: 'partial', count: 3 } }])
  expect(await update()).toMatchObject({ status: 207, body: { results: [{ id: '4' }] } })
})

test('a reset cuts the connection before anything is applied', async () => {
  const { update, cities, ledger } = await withFaults([
    { match: { route: 'batch/update' }, do: { kind: 'reset' } },
  ])
  await expect(update()).rejects.toThrow(TypeError)
  expect(await cities()).toEqual([null, null, null, null, null])
  expect(await ledger()).toMatchObject({ byStatus: { reset: 1 }, recordsWritten: 0 })
})

test('apply-then-reset applies the write and answers nothing', async () => {
  const { update, cities, ledger } = await withFaults([
    { match: { route: 'batch/update' }, do: { kind: 'apply-then-reset' } },
  ])
  await expect(update()).rejects.toThrow(TypeError)
  expect(await cities()).toEqual(['Graz', 'Graz', 'Graz', 'Graz', null])
  expect(await ledger()).toMatchObject({ recordsWritten: 4 })
})

test('a truncated answer is a 200 that does not parse', async () => {
  const { url, accessToken } = await withFaults([{ do: { kind: 'truncate' } }])
  const response = await fetch(`${url}/crm/objects/${V}/contacts`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  expect(response.status).toBe(200)
  await expect(response.json()).rejects.toThrow(SyntaxError)
})

test('a hanging request ends only by the timeout of its caller', async () => {
  const { url, ledger } = await withFaults([{ do: { kind: 'hang' } }])
  const gaveUp = new AbortController()
  const answer = fetch(`${url}/crm/objects/${V}/contacts`, { signal: gaveUp.signal })
  await expect.poll(ledger).toMatchObject({ byStatus: { hang: 1 } })
  gaveUp.abort()
  await expect(answer).rejects.toThrow('abort')
})

test('a delayed request is answered after the delay', async () => {
  const { list } = await withFaults([{ do: { kind: 'delay', ms: 40 } }])
  const before = performance.now()
  expect((await list()).status).toBe(200)
  expect(performance.now() - before).toBeGreaterThanOrEqual(39)
})

test('a fault that is not understood is refused by its place', async () => {
  const { control } = await portal()
  const reply = await control('/__faults', { faults: [{ do: { kind: 'explode' } }] })
  expect(reply).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('faults.0.do') },
  })
})
