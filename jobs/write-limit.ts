import type { Write } from '../connectors/connector.ts'
import type { Pending } from '../src/store/written.ts'

/** Somebody who changes a record back after every write must not make us write without end. */
const MOST_WRITES = 5
const WINDOW_MS = 10 * 60_000
const HOLD_MS = 60 * 60_000

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
  const judged = differences.map(({ pending, write }) => ({ write, held: heldOf(pending, now) }))
  return {
    writes: judged.flatMap(({ write, held }) => (held ? [] : [write])),
    held: judged.flatMap(({ held }) => held ?? []),
  }
}

function heldOf({ id, heldUntil, recentWrites }: Pending, now: Date): Held | null {
  if (heldUntil && heldUntil > now) return { id, until: heldUntil, isNew: false }
  if (recentWrites < MOST_WRITES) return null
  return { id, until: new Date(now.getTime() + HOLD_MS), isNew: true }
}

/** What the admin should look for. */
export const TOO_OFTEN =
  `Written ${MOST_WRITES} times within ${WINDOW_MS / 60_000} minutes, so it is left alone for an hour. ` +
  'Usually a workflow or another app changes our fields back, or changes what the score rests on, after every ' +
  'write: look in the history of the record for what does, and take it out or let it end'
