import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import type { Allowance, Budget } from '../../../connectors/connector.ts'
import { dailyAllowance } from '../../../connectors/salesforce/limits.ts'
import { createDailyShare, usageIn } from '../../../connectors/salesforce/usage.ts'
import { CrmRateLimited } from '../../../src/errors.ts'
import { memoryCredentials, movableClock, recordingBudget } from '../helpers.ts'
import { NOW, noWishes, tokensAt } from './plain-server.ts'

const DAY = 86_400_000
const MINUTE = 60_000

function said(text: string): Headers {
  return new Headers({ 'Sforce-Limit-Info': text })
}

/** Our store's way of counting (src/store/budgets.ts), by a clock that can be moved. */
function countingBudget(clock: { now(): Date }): Budget {
  let nextAt = Number.NEGATIVE_INFINITY
  return {
    async take({ calls, perMs, burst, patienceMs }: Allowance) {
      const now = clock.now().getTime()
      const interval = perMs / calls
      const at = Math.max(nextAt, now - interval * (burst - 1))
      if (at - now > (patienceMs ?? Number.POSITIVE_INFINITY))
        throw new CrmRateLimited('salesforce', at - now)
      nextAt = at + interval
    },
    hold: async () => {},
  }
}

function shareOf(budget: Budget, clock = movableClock(NOW), apiShare = 0.5) {
  const logged: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => logged.push(line) })
  const context = {
    credentials: memoryCredentials(tokensAt('http://127.0.0.1:1')),
    budget,
    clock,
    log,
    wishes: async () => ({ ...(await noWishes()), apiShare }),
  }
  return { share: createDailyShare(context), clock, logged }
}

test.each([
  ['api-usage=18/5000', { used: 18, limit: 5_000 }],
  ['api-usage=25/5000; per-app-api-usage=17/250(appName=sample)', { used: 25, limit: 5_000 }],
  ['per-app-api-usage=17/250(appName=sample); api-usage=25/5000', { used: 25, limit: 5_000 }],
  ['per-app-api-usage=17/250(appName=sample)', undefined],
  ['', undefined],
])('%j says %j', (text, usage) => {
  expect(usageIn(said(text))).toEqual(usage)
})

test('a small org is assumed until an answer says how many requests there are', async () => {
  const asked: Allowance[] = []
  const budget = { take: async (one: Allowance) => void asked.push(one), hold: async () => {} }
  const { share } = shareOf(budget)
  await share.take()
  share.note(said('api-usage=18/100000'))
  await share.take()
  expect(asked.map(({ key, calls, burst }) => [key, calls + burst])).toEqual([
    ['daily', 7_500],
    ['daily', 50_000],
  ])
  expect(share.usage()).toEqual({ used: 18, limit: 100_000 })
})

test('what may go at once and what drips in make the share of any day', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 5_000_000 }),
      fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      (limit, part) => {
        const { calls, burst, perMs } = dailyAllowance(limit, part)
        expect(perMs).toBe(DAY)
        expect(calls + burst).toBeLessThanOrEqual(Math.floor(limit * part))
        expect(calls).toBeGreaterThan(0)
        expect(burst).toBeGreaterThan(0)
      },
    ),
  )
})

describe('two connections that share one budget', () => {
  /** Asks whenever it may, for some days, and says when it got something. */
  async function greedy(limits: (day: number) => number, days: number) {
    const clock = movableClock(NOW)
    const budget = countingBudget(clock)
    const both = [shareOf(budget, clock), shareOf(budget, clock)]
    const granted: number[] = []
    while (clock.now().getTime() < NOW.getTime() + days * DAY) {
      const day = Math.floor((clock.now().getTime() - NOW.getTime()) / DAY)
      for (const { share } of both) {
        share.note(said(`api-usage=1/${limits(day)}`))
        while (
          await share.take().then(
            () => true,
            () => false,
          )
        )
          granted.push(clock.now().getTime())
      }
      clock.forward(5 * MINUTE)
    }
    return granted
  }

  function mostInADay(granted: readonly number[]): number {
    let from = 0
    let most = 0
    for (const [to, at] of granted.entries()) {
      while ((granted[from] ?? 0) <= at - DAY) from += 1
      most = Math.max(most, to - from + 1)
    }
    return most
  }

  test('take no more than their share in any 24 h, and nearly all of it', async () => {
    const granted = await greedy(() => 2_000, 3)
    expect(mostInADay(granted)).toBeLessThanOrEqual(1_001)
    expect(granted.length).toBeGreaterThan(3 * 700)
  })

  test('go on by the new limit when it changes', async () => {
    const granted = await greedy((day) => (day < 2 ? 1_000 : 4_000), 4)
    expect(mostInADay(granted.filter((at) => at < NOW.getTime() + 2 * DAY))).toBeLessThanOrEqual(
      501,
    )
    expect(mostInADay(granted)).toBeLessThanOrEqual(2_001)
    expect(mostInADay(granted)).toBeGreaterThan(1_400)
  })
})

test('an org that has used more than 95 % is left alone for a quarter of an hour', async () => {
  const { share, clock, logged } = shareOf(recordingBudget())
  share.note(said('api-usage=9500/10000'))
  await share.take()
  share.note(said('api-usage=9501/10000'))
  const error = await share.take().catch((e) => e)
  expect(error).toBeInstanceOf(CrmRateLimited)
  expect(error.retryAfterMs).toBe(15 * MINUTE)
  clock.forward(14 * MINUTE)
  await expect(share.take()).rejects.toMatchObject({ retryAfterMs: MINUTE })
  clock.forward(MINUTE)
  await share.take()
  share.note(new Headers())
  await share.take()
  expect(logged).toHaveLength(1)
})

test('holding back is told once an hour', async () => {
  const used = {
    take: () => Promise.reject(new CrmRateLimited('salesforce', 90_000)),
    hold: async () => {},
  }
  const { share, clock, logged } = shareOf(used)
  for (let minute = 0; minute < 125; minute += 1) {
    await expect(share.take()).rejects.toMatchObject({ retryAfterMs: 90_000 })
    clock.forward(MINUTE)
  }
  expect(logged).toHaveLength(3)
})

test('another failure of the budget is no reason to hold back', async () => {
  const broken = { take: () => Promise.reject(new Error('no database')), hold: async () => {} }
  const { share, logged } = shareOf(broken)
  await expect(share.take()).rejects.toThrow('no database')
  expect(logged).toHaveLength(0)
})
