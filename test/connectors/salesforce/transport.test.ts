import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { CrmUnavailable } from '../../../src/errors.ts'
import { json, openClient, openPlain, tokensAt } from './plain-server.ts'

const ONCE = { method: 'GET', path: '/query', repeatable: false, answer: z.unknown() } as const
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function stageWith(handler: Parameters<typeof openPlain>[0], options: object = {}) {
  const server = await openPlain(handler)
  closers.push(server.close)
  return { ...server, ...openClient({ tokens: tokensAt(server.url), ...options }) }
}

test('a redirect is not followed: the token would go along', async () => {
  const other = await openPlain((_, res) => json(res, 200, {}))
  closers.push(other.close)
  const stage = await stageWith((_, res) => {
    res.writeHead(302, { location: `${other.url}/login` }).end()
  })
  await expect(stage.client.call(ONCE)).rejects.toThrow(CrmUnavailable)
  expect(other.asked).toHaveLength(0)
})

test('the library repeats nothing by itself', async () => {
  for (const method of ['GET', 'PUT', 'DELETE', 'POST', 'PATCH'] as const) {
    const stage = await stageWith((_, res) => json(res, 503, []))
    await expect(stage.client.call({ ...ONCE, method })).rejects.toThrow(CrmUnavailable)
    expect(stage.asked).toHaveLength(1)
    const cut = await stageWith((_, res) => res.destroy())
    await expect(cut.client.call({ ...ONCE, method })).rejects.toThrow(CrmUnavailable)
    expect(cut.asked).toHaveLength(1)
  }
})

test.each([
  ['a cut connection', 'reset'],
  ['an answer shorter than promised', 'short'],
  ['an answer that breaks off', 'broken'],
  ['JSON cut short', 'half'],
  ['an HTML page with 200', 'html'],
  ['an HTML page with 403', 'forbidden'],
  ['headers and then nothing', 'stalls'],
  ['no answer at all', 'hangs'],
])('%s is an outage, and harms nobody else', async (_, what) => {
  const acts: Record<string, (res: Parameters<typeof json>[0]) => void> = {
    reset: (res) => res.destroy(),
    short: (res) => {
      res.writeHead(200, { 'content-length': 100 }).write('{"a":')
      setImmediate(() => res.destroy())
    },
    broken: (res) => {
      res.writeHead(200).write('{"a":')
      setImmediate(() => res.destroy())
    },
    half: (res) => res.writeHead(200).end('{"a":'),
    html: (res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    forbidden: (res) => res.writeHead(403, { 'content-type': 'text/html' }).end('<html>'),
    stalls: (res) => res.writeHead(200).write('{"a":'),
    hangs: () => {},
  }
  const stage = await stageWith(
    (_asked, res, nth) => (nth === 1 ? acts[what]?.(res) : json(res, 200, { n: 1 })),
    {
      timeoutMs: 400,
    },
  )
  await expect(stage.client.call(ONCE)).rejects.toThrow(CrmUnavailable)
  expect(await stage.client.call(ONCE)).toEqual({ n: 1 })
})

test('proxies in the environment are not used', async () => {
  const proxy = await openPlain((_, res) => json(res, 502, {}))
  closers.push(proxy.close)
  const stage = await stageWith((_, res) => json(res, 200, {}))
  const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']
  const env = Object.fromEntries(names.map((name) => [name, proxy.url]))
  // A process of its own: jsforce reads the environment when it is imported.
  const transport = new URL('../../../connectors/salesforce/transport.ts', import.meta.url).href
  const script = `const { sendRequest } = await import(${JSON.stringify(transport)})
    const request = { method: 'GET', url: ${JSON.stringify(stage.url)} }
    console.log((await sendRequest(request, 'token', { timeoutMs: 5000 })).status)`
  const args = ['--input-type=module', '-e', script]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  expect(stdout.trim()).toBe('200')
  expect(proxy.asked).toHaveLength(0)
})
