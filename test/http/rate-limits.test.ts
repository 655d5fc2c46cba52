import { afterEach, describe, expect, test, vi } from 'vitest'
import { useDatabase } from '../helpers/database.ts'
import { useWebServer } from './web-server.ts'

const database = useDatabase()
const web = useWebServer(() => database.db)
type Ask = Awaited<ReturnType<typeof web.start>>

afterEach(() => void vi.useRealTimers())

/** How many of `count` requests are answered with each status. */
async function statuses(ask: Ask, path: string, count: number, asked: Parameters<Ask>[1] = {}) {
  const seen: Record<number, number> = {}
  for (let sent = 0; sent < count; sent += 50) {
    const batch = Array.from({ length: Math.min(50, count - sent) }, () => ask(path, asked))
    for (const { status } of await Promise.all(batch)) seen[status] = (seen[status] ?? 0) + 1
  }
  return seen
}

describe('an address that asks too often', () => {
  test('for installations gets a page that says so, and when to come again', async () => {
    const ask = await web.start()
    expect(await statuses(ask, '/install/hubspot', 29)).toEqual({ 302: 29 })
    expect((await ask('/OAuth/hubspot/callback')).status).toBe(400)
    const { status, headers, body } = await ask('/install/hubspot')
    expect(status).toBe(429)
    expect(Number(headers['retry-after'])).toBeGreaterThan(50)
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
    expect(headers['content-type']).toMatch(/^text\/html/)
    expect(body).toContain('Wait a minute')
    expect(headers['content-security-policy']).toBeDefined()
    expect((await ask('/livez')).status).toBe(200)
  })

  test('is answered again when its minute is over', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const ask = await web.start()
    await statuses(ask, '/install/hubspot', 30)
    vi.setSystemTime(Date.now() + 59_000)
    expect((await ask('/install/hubspot')).status).toBe(429)
    vi.setSystemTime(Date.now() + 2_000)
    expect((await ask('/install/hubspot')).status).toBe(302)
  })

  test('for cards gets JSON', async () => {
    const ask = await web.start()
    expect(await statuses(ask, '/cards/hubspot/contacts/1', 1_000)).toEqual({ 401: 1_000 })
    const { status, headers, body } = await ask('/cards/hubspot/contacts/1')
    expect([status, body]).toEqual([429, '{"status":"too many requests"}'])
    expect(headers['retry-after']).toMatch(/^\d+$/)
  })

  test('for anything else has 600 a minute, all together', async () => {
    const ask = await web.start()
    expect(await statuses(ask, '/livez', 300)).toEqual({ 200: 300 })
    expect(await statuses(ask, '/nowhere', 301)).toEqual({ 404: 300, 429: 1 })
  })
})

describe('X-Forwarded-For', () => {
  let address = 0
  const from = () => {
    address += 1
    return { headers: { 'x-forwarded-for': `203.0.113.${address % 250}` } }
  }
  const installations = async (ask: Ask, count: number) => {
    const answers = []
    for (let n = 0; n < count; n += 1) answers.push(await ask('/install/hubspot', from()))
    return answers.filter(({ status }) => status === 429).length
  }

  test('is not believed: whoever sends another one each time is still one address', async () => {
    expect(await installations(await web.start(), 40)).toBe(10)
    expect(web.logged).toHaveLength(10)
    expect(web.logged.join()).not.toContain('203.0.113')
  })

  test('is not believed by a number of proxies for what the client itself put in front', async () => {
    const ask = await web.start({ trustProxy: 1 })
    const answers = []
    for (let n = 0; n < 40; n += 1) {
      const headers = { 'x-forwarded-for': `203.0.113.${n}, 198.51.100.7` }
      answers.push(await ask('/install/hubspot', { headers }))
    }
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10)
  })

  test('is believed from a proxy that is set', async () => {
    expect(await installations(await web.start({ trustProxy: ['127.0.0.1'] }), 40)).toBe(0)
  })

  test('is not believed from another one', async () => {
    expect(await installations(await web.start({ trustProxy: ['10.0.0.0/8'] }), 40)).toBe(10)
  })
})
