import { rateLimited } from './errors.ts'

/** Which limit a request counts against. */
export type Budget = 'counted' | 'search' | 'exempt'

export interface Limits {
  /** Requests of one app in one portal per rolling window. */
  readonly burst: number
  readonly burstWindowMs: number
  /** Searches in the portal per rolling second. */
  readonly searchPerSecond: number
}

export const MARKETPLACE_LIMITS: Limits = {
  burst: 110,
  burstWindowMs: 10_000,
  searchPerSecond: 5,
}

/** Admits requests, or throws the 429 that names the limit they reached. */
export interface LimitGate {
  /** Returns the headers that the answer carries. Search answers carry none. */
  admit(budget: Budget, now: number): Record<string, string>
}

/** The times of the requests still inside a rolling window. */
function rollingWindow(size: number, lengthMs: number) {
  let times: number[] = []
  return {
    /** Takes a place; the number left, or -1 when there was none. */
    take(now: number): number {
      times = times.filter((time) => time > now - lengthMs)
      if (times.length >= size) return -1
      times.push(now)
      return size - times.length
    },
  }
}

/** The gate of one app in one portal; null admits everything. */
export function limitGate(limits: Limits | null, appId: number): LimitGate {
  if (!limits) return { admit: () => ({}) }
  const burst = rollingWindow(limits.burst, limits.burstWindowMs)
  const search = rollingWindow(limits.searchPerSecond, 1_000)
  const headers = (remaining: number) => ({
    'X-HubSpot-RateLimit-Max': String(limits.burst),
    'X-HubSpot-RateLimit-Remaining': String(remaining),
    'X-HubSpot-RateLimit-Interval-Milliseconds': String(limits.burstWindowMs),
  })
  return {
    admit(budget, now) {
      if (budget === 'exempt') return {}
      if (budget === 'search') {
        if (search.take(now) < 0) throw rateLimited('SECONDLY', appId)
        return {}
      }
      const remaining = burst.take(now)
      if (remaining < 0) throw rateLimited('TEN_SECONDLY_ROLLING', appId, headers(0))
      return headers(remaining)
    },
  }
}
