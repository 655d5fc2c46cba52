import type { Store } from './store.ts'

const MINUTE_MS = 60_000
const WINDOW_MS = 86_400_000

/** The calls of the last 24 hours, which all apps of an org share. They survive a restart. */
export interface Usage {
  readonly limit: number
  /** How many calls were made in the 24 hours before `now`. */
  used(now: number): number
  /** Counts a call; false, without counting, when the limit is reached. */
  take(now: number): boolean
  /** Says what other apps have used, in place of what was said before. */
  setForeign(calls: number, now: number): void
}

export function openUsage(store: Store, limit: number): Usage {
  const minuteOf = (now: number) => Math.floor(now / MINUTE_MS)
  const used = (now: number) => {
    const row = store
      .sql('select sum(calls) as n from usage where minute > ?')
      .get(minuteOf(now - WINDOW_MS))
    return Number(row?.['n'] ?? 0)
  }
  return {
    limit,
    used,
    take(now) {
      if (used(now) >= limit) return false
      store
        .sql(
          `insert into usage values (?, 0, 1)
           on conflict (minute, is_foreign) do update set calls = calls + 1`,
        )
        .run(minuteOf(now))
      return true
    },
    setForeign(calls, now) {
      store.sql('delete from usage where is_foreign = 1').run()
      store.sql('insert into usage values (?, 1, ?)').run(minuteOf(now), calls)
    },
  }
}
