import { pino } from 'pino'
import type { Allowance, Budget, Credentials, Tokens } from '../../connectors/connector.ts'
import type { Clock } from '../../src/clock.ts'

export const silentLog = pino({ level: 'silent' })

/** A clock that stands still until it is moved. */
export function movableClock(start: Date): Clock & { forward(ms: number): void } {
  let now = start.getTime()
  return {
    now: () => new Date(now),
    forward(ms) {
      now += ms
    },
  }
}

/** Tokens in memory; a renewal that is under way is shared by everybody who asks for it. */
export function memoryCredentials(first: Tokens): Credentials & { readonly renewals: number } {
  let tokens = first
  let renewals = 0
  let underWay: Promise<Tokens> | undefined
  async function replace(refresh: (refreshToken: string) => Promise<Tokens>): Promise<Tokens> {
    renewals += 1
    try {
      tokens = await refresh(tokens.refreshToken)
      return tokens
    } finally {
      underWay = undefined
    }
  }
  return {
    get renewals() {
      return renewals
    },
    current: async () => tokens,
    async renew(stale, refresh) {
      if (stale.accessToken !== tokens.accessToken) return tokens
      underWay ??= replace(refresh)
      return underWay
    },
  }
}

/** A budget that never makes anybody wait and remembers what was asked of it. */
export function recordingBudget(): Budget & {
  readonly taken: Record<string, number>
  readonly holds: { readonly key: string; readonly ms: number }[]
} {
  const taken: Record<string, number> = {}
  const holds: { key: string; ms: number }[] = []
  return {
    taken,
    holds,
    async take(allowance: Allowance) {
      taken[allowance.key] = (taken[allowance.key] ?? 0) + 1
    },
    async hold(allowance: Allowance, ms: number) {
      holds.push({ key: allowance.key, ms })
    },
  }
}

/** A sleep that does not. */
export function recordingSleep(): {
  readonly slept: number[]
  sleep(ms: number): Promise<void>
} {
  const slept: number[] = []
  return {
    slept,
    async sleep(ms) {
      slept.push(ms)
    },
  }
}

/**
 * What the admin's browser does: sends the consent page's form, and is sent back with a code.
 * @param approveAt where the sandbox takes the form
 */
export async function agreeTo(consent: URL, approveAt: string): Promise<string> {
  const approved = await fetch(new URL(approveAt, consent), {
    method: 'POST',
    body: consent.searchParams,
    redirect: 'manual',
  })
  const code = new URL(approved.headers.get('location') ?? '').searchParams.get('code')
  if (!code) throw new Error(`The sandbox refused the installation: ${approved.status}`)
  return code
}
