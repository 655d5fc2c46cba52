import { expect, test } from 'vitest'
import { signatureV3 } from '../../sandbox/hubspot/webhook-signature.ts'
import { many, START } from './portal.ts'
import { CITY, COUNTRY, update, webhookPortal } from './webhook-portal.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

test.for([
  [1_693_657_560_000, 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y='],
  [1_700_000_300_000, 'RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw='],
] as const)('the signature at %d is the reference one', ([timestamp, signature]) => {
  const request = {
    method: 'POST',
    url: 'https://www.example.com/webhook_uri',
    body: "{'example_field':'example_value'}",
    timestamp,
  }
  expect(signatureV3('yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy', request)).toBe(signature)
})

test('twelve percent codes are signed as the characters they stand for, others as written', () => {
  const sign = (url: string) =>
    signatureV3('secret', { method: 'POST', url, body: '', timestamp: 1 })
  const codes = '%3A%2F%3F%40%21%27%28%29%2A%2C%3B%24'
  expect(sign(`https://a.example/${codes}`)).toBe(sign("https://a.example/:/?@!'()*,;$"))
  expect(sign('https://a.example/%3a')).toBe(sign('https://a.example/:'))
  expect(sign('https://a.example/%20')).not.toBe(sign('https://a.example/ '))
})

test('requests hold at most a hundred events, and at most ten are under way', async () => {
  const { objects, receiver, quiet, flush, report } = await webhookPortal(many(1_000), {
    subscriptions: [CITY, COUNTRY],
    gatherMs: 60_000,
  })
  for (let first = 1; first <= 1_000; first += 100) {
    const inputs = Array.from({ length: 100 }, (_, index) => ({
      id: String(first + index),
      properties: { city: 'Graz', country: 'Austria' },
    }))
    await objects('POST', 'contacts/batch/update', { inputs })
  }
  receiver.behave({ status: 200, delayMs: 50 })
  expect(await report()).toMatchObject({ queued: 2_000, attempts: 0 })
  expect((await flush()).body).toEqual({ due: 2_000 })
  await quiet()
  expect(receiver.mostAtOnce()).toBe(10)
  expect(receiver.requests).toHaveLength(20)
  expect(new Set(receiver.events().map(({ eventId }) => eventId)).size).toBe(2_000)
})

test('a refused request is repeated when it is due, stamped and signed anew', async () => {
  const { mutate, control, attempts, quiet, receiver } = await webhookPortal(many(1))
  receiver.behave({ status: 500 })
  await mutate(update(1, { city: 'Graz' }))
  await attempts(1)
  receiver.behave({ status: 200 })
  await control('/__webhooks/flush', {})
  expect(receiver.requests).toHaveLength(1)
  await control('/__clock', { offsetMs: MINUTE })
  await quiet()
  const [before, after] = receiver.events()
  expect(before).toMatchObject({ attemptNumber: 0 })
  expect(after).toEqual({ ...before, attemptNumber: 1 })
  const stamps = receiver.requests.map(({ headers }) => headers['x-hubspot-request-timestamp'])
  expect(stamps).toEqual([String(START), String(START + MINUTE)])
  const signatures = receiver.requests.map(({ headers }) => headers['x-hubspot-signature-v3'])
  expect(signatures[0]).not.toBe(signatures[1])
})

test('after ten repetitions an event is given up', async () => {
  const { mutate, flush, attempts, report, receiver } = await webhookPortal(many(1))
  receiver.behave({ status: 404 })
  await mutate(update(1, { city: 'Graz' }))
  await attempts(1)
  for (let attempt = 2; attempt <= 11; attempt += 1) {
    expect(await report()).toMatchObject({ queued: 1 })
    await flush(true)
    await attempts(attempt)
  }
  expect(await report()).toMatchObject({ queued: 0, failed: 1, byStatus: { '404': 11 } })
  const numbers = receiver.events().map(({ attemptNumber }) => attemptNumber)
  expect(numbers).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('the ten repetitions lie within a day, at random distances', async () => {
  const { mutate, control, attempts, idle, report, receiver } = await webhookPortal(many(1))
  receiver.behave({ status: 503 })
  await mutate(update(1, { city: 'Graz' }))
  await attempts(1)
  const moments: number[] = []
  for (let offsetMs = 0; (await report()).queued > 0; offsetMs += 10 * MINUTE) {
    await control('/__clock', { offsetMs })
    await idle()
    while (moments.length < receiver.requests.length) moments.push(offsetMs)
  }
  expect(await report()).toMatchObject({ failed: 1, attempts: 11 })
  expect(moments.at(-1)).toBeLessThan(24 * HOUR)
  expect(new Set(moments).size).toBeGreaterThan(8)
})

test('a day after its first attempt an event is not repeated any more', async () => {
  const { mutate, control, attempts, report, receiver } = await webhookPortal(many(1))
  receiver.behave({ reset: true })
  await mutate(update(1, { city: 'Graz' }))
  await attempts(1)
  await control('/__clock', { offsetMs: 24 * HOUR + 1 })
  expect(await report()).toMatchObject({
    queued: 0,
    failed: 1,
    attempts: 1,
    byStatus: { broken: 1 },
    lastErrors: [expect.stringMatching(/hang up|ECONNRESET/)],
  })
})

test('an answer that takes too long counts as none', async () => {
  const { mutate, flush, attempts, quiet, report, receiver } = await webhookPortal(many(1), {
    timeoutMs: 50,
  })
  receiver.behave({ hang: true })
  await mutate(update(1, { city: 'Graz' }))
  await attempts(1)
  expect(await report()).toMatchObject({
    lateAnswers: 1,
    byStatus: { timeout: 1 },
    lastErrors: ['no answer within 50 ms'],
  })
  expect((await report()).slowestMs).toBeGreaterThanOrEqual(49)
  receiver.behave({ status: 204 })
  await flush(true)
  await quiet()
  expect(await report()).toMatchObject({ delivered: 1, failed: 0 })
})
