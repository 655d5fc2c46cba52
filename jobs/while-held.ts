import type { Hold } from '../connectors/connector.ts'
import { LeaseLost } from '../src/errors.ts'
import { type Claim, type DueStage, LEASE_MS } from '../src/store/due.ts'
import { prolong } from '../src/store/leases.ts'
import type { Deps } from './deps.ts'

/** Two of these may fail before a lease ends. */
const PROLONGED_EVERY_MS = LEASE_MS / 4
/** A lease counts as lost this much before another worker may take its rows: what has been sent by then has arrived. */
const MARGIN_MS = 1_000

/**
 * Keeps claims for as long as `work` takes, which may be longer than a lease: whatever it does outside of the database
 * must not meet what another worker does there with newer values.
 * @throws LeaseLost as soon as they are lost: another worker has them, or the database was out of reach for too long
 */
export async function whileHeld<T>(
  { db, clock, log }: Pick<Deps, 'db' | 'clock' | 'log'>,
  installationId: string,
  stage: DueStage,
  claims: readonly Claim[],
  work: (hold: Hold) => Promise<T>,
): Promise<T> {
  const now = clock.now()
  const leftMs = Math.min(...claims.map(({ lease }) => lease.until.getTime() - now.getTime()))
  const lease = holdFor(leftMs - MARGIN_MS)
  const prolongAll = async () => {
    const askedAt = performance.now()
    const isOurs = await prolong(db, installationId, stage, claims, clock.now())
    if (isOurs) lease.holdUntil(askedAt + LEASE_MS - MARGIN_MS)
    else lease.lose('somebody else has taken the rows')
  }
  const prolonging = everySoOften(PROLONGED_EVERY_MS, () =>
    prolongAll().catch((error: unknown) => {
      log.debug({ stage, installationId, error }, 'lease not prolonged')
    }),
  )
  try {
    const result = await work(lease.hold)
    lease.hold.assertHeld()
    return result
  } catch (error) {
    throw lease.hold.signal.aborted ? lease.hold.signal.reason : error
  } finally {
    // What is under way may still move the leases, by which the claims are known.
    await prolonging.end()
    lease.end()
  }
}

/** Begins nothing while the former one is under way. @param work must not fail */
function everySoOften(ms: number, work: () => Promise<void>) {
  let underWay: Promise<void> | null = null
  const timer = setInterval(() => {
    underWay ??= work().finally(() => {
      underWay = null
    })
  }, ms)
  return {
    async end() {
      clearInterval(timer)
      await underWay
    },
  }
}

/** Something that is held until a time, unless that is moved. Times are those of `performance.now()`. */
function holdFor(ms: number) {
  const lost = new AbortController()
  let until = 0
  let alarm: NodeJS.Timeout | undefined
  const lose = (why: string) => lost.abort(new LeaseLost(why))
  const late = () => lose('the leases ended before they could be prolonged')
  const holdUntil = (time: number) => {
    until = time
    clearTimeout(alarm)
    alarm = setTimeout(late, until - performance.now())
  }
  holdUntil(performance.now() + ms)
  const hold: Hold = {
    signal: lost.signal,
    assertHeld() {
      if (performance.now() >= until) late()
      lost.signal.throwIfAborted()
    },
  }
  return { hold, holdUntil, lose, end: () => clearTimeout(alarm) }
}
