import { afterEach, describe, expect, test, vi } from 'vitest'
import { useWebhookServer } from './webhook-stage.ts'

const stage = useWebhookServer()
afterEach(() => void vi.useRealTimers())

async function many(count: number, post: () => Promise<Response>): Promise<Record<number, number>> {
  const seen: Record<number, number> = {}
  for (let sent = 0; sent < count; sent += 100) {
    const answers = await Promise.all(Array.from({ length: Math.min(100, count - sent) }, post))
    for (const answer of answers) {
      seen[answer.status] = (seen[answer.status] ?? 0) + 1
      await answer.arrayBuffer()
    }
  }
  return seen
}
const forged = () => stage.post('[]', { 'x-hubspot-signature-v3': 'AAAA' })
const genuine = () => stage.post('[]')

describe('webhooks', () => {
  test('are refused with 429 only after thousands of forged ones; genuine ones are never counted', async () => {
    // The window must not end in the middle of the test.
    vi.useFakeTimers({ toFake: ['Date'] })
    expect(await many(5_900, forged)).toEqual({ 401: 5_900 })
    expect(await many(300, genuine)).toEqual({ 200: 300 })
    expect(await many(100, forged)).toEqual({ 401: 100 })
    const late = await genuine()
    expect(late.status).toBe(429)
    expect(Number(late.headers.get('retry-after'))).toBeLessThanOrEqual(10)
    expect(await late.json()).toEqual({ status: 'too many requests' })
    vi.setSystemTime(Date.now() + 10_001)
    expect((await genuine()).status).toBe(200)
  })

  test('that nest brackets in millions are refused at once, and cost nothing', async () => {
    const deep = '['.repeat(4_000_000) + ']'.repeat(4_000_000)
    const began = performance.now()
    const answer = await stage.post(deep)
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({ status: expect.stringContaining('nested too deep') })
    expect(await stage.stored()).toEqual({ inbox: 0, due: 0 })
  })
})
