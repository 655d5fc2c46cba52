import type { Write } from '../connectors/connector.ts'
import type { Pending } from '../src/store/written.ts'

/** Whoever changes a record after every write must not make us write without end. */
const MOST_WRITES = 5
const WINDOW_MS = 10 * 60_000
/** How long a record rests that is changed to and fro. */
const LOOP_HOLD_MS = 60 * 60_000

/** A difference to be written. */
export interface Difference {
  readonly pending: Pending
  readonly write: Write
}

/** A record that is not written now. */
export interface Held {
  readonly id: string
  readonly until: Date
  /** The limit has been reached just now. */
  readonly isNew: boolean
  /** What would be written stood there before the last write: something changes it to and fro. */
  readonly isLoop: boolean
}

/** Since when acknowledged writes count towards the limit. */
export function recentSince(now: Date): Date {
  return new Date(now.getTime() - WINDOW_MS)
}

/** Separates what may be written now from the records that have been written too often. */
export function withinLimit(
  differences: readonly Difference[],
  now: Date,
): { readonly writes: readonly Write[]; readonly held: readonly Held[] } {
  const judged = differences.map((each) => ({ write: each.write, held: heldOf(each, now) }))
  return {
    writes: judged.flatMap(({ write, held }) => (held ? [] : [write])),
    held: judged.flatMap(({ held }) => held ?? []),
  }
}

/** A lead who is busy right now waits until the window has room again; a loop rests, and is told of. */
function heldOf(difference: Difference, now: Date): Held | null {
  const { id, heldUntil, recentWrites, firstRecent } = difference.pending
  const isLoop = goesBack(difference)
  if (heldUntil && heldUntil > now) return { id, until: heldUntil, isNew: false, isLoop }
  if (recentWrites < MOST_WRITES || firstRecent === null) return null
  const until = isLoop ? now.getTime() + LOOP_HOLD_MS : firstRecent.getTime() + WINDOW_MS
  return { id, until: new Date(until), isNew: true, isLoop }
}

/** When it is written says nothing about what is. */
const MOMENT = 'plumbline_scored_at'

function goesBack({ pending: { replaced }, write }: Difference): boolean {
  const fields = Object.entries(write.values).filter(([field]) => field !== MOMENT)
  return fields.every(([field, value]) => replaced[field] === value)
}

/** What the admin should look for. */
export const TOO_OFTEN =
  `Written ${MOST_WRITES} times within ${WINDOW_MS / 60_000} minutes, so it is left alone for an hour. ` +
  'Usually a workflow or another app changes our fields back, or changes what the score rests on, after every ' +
  'write: look in the history of the record for what does, and take it out or let it end'
