import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import type { Db } from '../src/store/database.ts'
import { forgetNotices } from '../src/store/inbox-counts.ts'
import { repeat } from './repeat.ts'

/** HubSpot repeats a delivery for a day and its journal reaches back three: what is older is never told again. */
const KEPT_MS = 7 * 24 * 3_600_000
const EVERY_MS = 3_600_000

interface InboxParts {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
}

/** Forgets the notices of more than a week ago, every hour. Any number of processes may do so. */
export function startInboxCleaner({ db, clock, log }: InboxParts): () => Promise<void> {
  const clean = async () => {
    const forgotten = await forgetNotices(db, new Date(clock.now().getTime() - KEPT_MS))
    if (forgotten > 0) log.info({ forgotten }, 'old notices forgotten')
  }
  return repeat('cleaning the inbox', clean, EVERY_MS, log)
}
