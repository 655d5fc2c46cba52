import { CrmRateLimited } from '../../src/errors.ts'
import type { ConnectionContext } from '../connector.ts'
import { CRM } from './api-version.ts'
import { dailyAllowance, HOLD_MS, UNTOLD_LIMIT } from './limits.ts'

/** The org's API requests of the last 24 h, of all its apps. */
export interface Usage {
  readonly used: number
  readonly limit: number
}

/** Our part of the requests that Salesforce allows the org in a day. */
export interface DailyShare {
  /**
   * Asks for one more request; waits for up to a minute.
   * @throws CrmRateLimited when our share is used up, or the org as a whole is close to its limit
   */
  take(): Promise<void>
  /** Reads what an answer says of the usage. */
  note(headers: Headers): void
  usage(): Usage | undefined
}

/** From here on what is left belongs to the customer's other apps. */
const ORG_NEARLY_DONE = 0.95
const WARN_EVERY_MS = 3_600_000

export function createDailyShare(context: ConnectionContext): DailyShare {
  const { clock, budget, wishes, log } = context
  let usage: Usage | undefined
  let closedUntil = 0
  let warnedAt = Number.NEGATIVE_INFINITY

  function warn(reason: string): void {
    const now = clock.now().getTime()
    if (now - warnedAt < WARN_EVERY_MS) return
    warnedAt = now
    log.warn({ usage }, reason)
  }

  function close(): void {
    closedUntil = clock.now().getTime() + HOLD_MS.daily
    warn('The org has nearly used up its API requests of the day; we hold back for the other apps')
  }

  return {
    usage: () => usage,
    note(headers) {
      const told = usageIn(headers)
      if (!told) return
      usage = told
      if (told.used > told.limit * ORG_NEARLY_DONE) close()
    },
    async take() {
      const closedMs = closedUntil - clock.now().getTime()
      if (closedMs > 0) throw new CrmRateLimited(CRM, closedMs)
      const { apiShare } = await wishes()
      try {
        await budget.take(dailyAllowance(usage?.limit ?? UNTOLD_LIMIT, apiShare))
      } catch (error) {
        if (error instanceof CrmRateLimited) warn('Our share of the org’s API requests is used up')
        throw error
      }
    },
  }
}

/** `Sforce-Limit-Info: api-usage=18/5000`, perhaps with further parts. */
export function usageIn(headers: Headers): Usage | undefined {
  const found = /(?:^|[;,\s])api-usage=(\d+)\/(\d+)/.exec(headers.get('sforce-limit-info') ?? '')
  if (!found) return undefined
  return { used: Number(found[1]), limit: Number(found[2]) }
}
