import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import {
  exchange,
  MAX_TRIES,
  parseJson,
  retryAfterMs,
  type Waits,
  withRetry,
} from '../../connectors/http.ts'
import { CrmRateLimited, CrmRejected, CrmUnavailable } from '../../src/errors.ts'

const NOW = new Date('2026-11-01T12:00:00Z')
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function serve(listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  // A server that listens on TCP has an address object.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function recordedWaits(): Waits & { waits: string[] } {
  const waits: string[] = []
  return {
    waits,
    random: () => 0,
    hold: async (ms) => void waits.push(`hold ${ms}`),
    sleep: async (ms) => void waits.push(`sleep ${ms}`),
  }
}

/** Fails with each error in turn, then answers. */
function failing(errors: readonly Error[]): () => Promise<string> {
  const left = [...errors]
  return async () => {
    const error = left.shift()
    if (error) throw error
    return 'answer'
  }
}

const down = new CrmUnavailable('x', 'down')

test('an answer arrives whole, whatever its status', async () => {
  const url = await serve((_, res) => res.writeHead(503, { 'x-test': '1' }).end('<html>'))
  const answer = await exchange(() => fetch(url), { crm: 'x', timeoutMs: 5_000 })
  expect(answer).toMatchObject({ status: 503, text: '<html>' })
  expect(answer.headers.get('x-test')).toBe('1')
})

test.each([
  ['no answer at all', () => undefined],
  [
    'a body that stops in the middle',
    (res: import('node:http').ServerResponse) => void res.writeHead(200).write('{"a":'),
  ],
])('%s ends at the deadline', async (_, respond) => {
  const url = await serve((_req, res) => respond(res))
  const call = exchange(() => fetch(url), { crm: 'x', timeoutMs: 60 })
  await expect(call).rejects.toThrow(CrmUnavailable)
  await expect(call).rejects.toThrow('No answer within 60 ms')
})

test('a cut connection is unavailability and keeps the cause', async () => {
  const url = await serve((req) => req.socket.resetAndDestroy())
  const error = await exchange(() => fetch(url), { crm: 'x', timeoutMs: 5_000 }).catch((e) => e)
  expect(error).toBeInstanceOf(CrmUnavailable)
  expect(error.cause).toBeInstanceOf(TypeError)
})

test('a stop from outside is passed on as it is', async () => {
  const url = await serve(() => undefined)
  const stop = new AbortController()
  const call = exchange(() => fetch(url), { crm: 'x', timeoutMs: 5_000, signal: stop.signal })
  stop.abort(new Error('shutting down'))
  await expect(call).rejects.toThrow('shutting down')
  await expect(
    exchange(() => fetch(url), { crm: 'x', timeoutMs: 5_000, signal: stop.signal }),
  ).rejects.toThrow('shutting down')
})

test.each(['', '<html>', '{"results":[{"id":'])('%j is no JSON and never an empty list', (text) => {
  const answer = { status: 200, headers: new Headers(), text }
  expect(() => parseJson('x', answer)).toThrow(CrmUnavailable)
})

test.each([
  [undefined, undefined],
  ['7', 7_000],
  ['0.5', 500],
  ['Sun, 01 Nov 2026 12:00:30 GMT', 30_000],
  ['Sun, 01 Nov 2026 11:00:00 GMT', 0],
  ['soon', undefined],
])('Retry-After %s is %s ms', (header, expected) => {
  const headers = new Headers(header === undefined ? {} : { 'Retry-After': header })
  expect(retryAfterMs(headers, NOW)).toBe(expected)
})

test('unavailability is retried with doubling waits', async () => {
  const waits = recordedWaits()
  await expect(withRetry(failing([down, down, down]), waits)).resolves.toBe('answer')
  expect(waits.waits).toEqual(['sleep 2000', 'sleep 4000', 'sleep 8000'])
})

test('jitter makes waits up to half as long again', async () => {
  const waits = { ...recordedWaits(), random: () => 1 }
  await withRetry(failing([down]), waits)
  expect(waits.waits).toEqual(['sleep 3000'])
})

test('after the last try the error itself comes out', async () => {
  const errors = Array.from({ length: MAX_TRIES }, (_, at) => new CrmUnavailable('x', `try ${at}`))
  const waits = recordedWaits()
  await expect(withRetry(failing(errors), waits)).rejects.toBe(errors[MAX_TRIES - 1])
  expect(waits.waits).toHaveLength(MAX_TRIES - 1)
})

test('a rate limit holds the account, longer each time, and ends within a minute', async () => {
  const limited = new CrmRateLimited('x', 10_000)
  const waits = recordedWaits()
  await expect(withRetry(failing([limited, limited]), waits)).resolves.toBe('answer')
  expect(waits.waits).toEqual(['hold 10000', 'hold 20000'])
  const endless = failing(Array.from({ length: 9 }, () => limited))
  await expect(withRetry(endless, recordedWaits())).rejects.toBe(limited)
})

test('a long limit is handed on at once, and a zero one does not spin', async () => {
  const waits = recordedWaits()
  const daily = new CrmRateLimited('x', 3_600_000)
  await expect(withRetry(failing([daily]), waits)).rejects.toBe(daily)
  expect(waits.waits).toEqual([])
  const zero = new CrmRateLimited('x', 0)
  const endless = failing(Array.from({ length: 99 }, () => zero))
  await expect(withRetry(endless, waits)).rejects.toBe(zero)
  expect(waits.waits[0]).toBe('hold 1000')
})

test('what can never pass is tried once', async () => {
  const waits = recordedWaits()
  const refused = new CrmRejected('x', 400, 'no')
  await expect(withRetry(failing([refused]), waits)).rejects.toBe(refused)
  expect(waits.waits).toEqual([])
})
