import type { SubjectKind } from '../src/leads/facts.ts'
import { PIPELINE_ACTOR, recordAudit } from '../src/store/audit.ts'
import { type Db, inTransaction } from '../src/store/database.ts'
import { type Claim, mark, type Settlement, settle } from '../src/store/due.ts'
import { type Erasure, eraseSubjects } from '../src/store/erasure.ts'
import { livePeople } from '../src/store/subjects.ts'
import { addTombstones } from '../src/store/tombstones.ts'
import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'
import { workSlice } from './slice.ts'

const BATCH = 50
const KINDS = ['person', 'company'] as const

/**
 * Work that was under way while somebody was erased may store a row about them afterwards, so they are looked for
 * once more when it must have ended: slices take some seconds, and a write whose calls are repeated takes some minutes.
 */
export const SECOND_LOOK_MS = 10 * 60_000

/**
 * Wipes the people whom the CRM was told to forget. Also of installations that are paused or disconnected: they
 * keep their data.
 */
export function erase({ installationId }: WakePayload, deps: Deps): Promise<void> {
  return workSlice(deps, 'erase', installationId, BATCH, async (claims) => {
    const now = deps.clock.now()
    await inTransaction(deps.db, async (transaction) => {
      const settlements: Settlement[] = []
      for (const kind of KINDS) {
        const ofKind = claims.filter((claim) => claim.kind === kind)
        const ids = ofKind.map(({ id }) => id)
        const { again } = await forget(transaction, installationId, kind, ids, PIPELINE_ACTOR, now)
        settlements.push(...ofKind.map((claim) => settlementOf(claim, again, now)))
        const merged = again.filter((id) => !ids.includes(id))
        await lookAgain(transaction, installationId, kind, merged, now)
      }
      await settle(transaction, installationId, 'erase', settlements)
    })
    await deps.wake('score', installationId)
    return true
  })
}

/** Has records looked for once more, when the work under way must have ended. */
export function lookAgain(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  const dueAt = new Date(now.getTime() + SECOND_LOOK_MS)
  return mark(transaction, installationId, 'erase', kind, ids, dueAt)
}

function settlementOf(claim: Claim, again: readonly string[], now: Date): Settlement {
  if (!again.includes(claim.id)) return { claim }
  return { claim, nextDueAt: new Date(now.getTime() + SECOND_LOOK_MS) }
}

/** What was erased, and who has to be looked for once more. */
export interface Forgotten extends Erasure {
  readonly again: readonly string[]
}

/**
 * Erases records, keeps them from coming back, has those scored anew whose scores rested on them, and records in
 * the audit log how many rows of which tables went, under a pseudonym.
 */
export async function forget(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
  actor: string,
  now: Date,
): Promise<Forgotten> {
  if (ids.length === 0) return NOBODY
  const erasure = await eraseSubjects(transaction, installationId, kind, ids)
  const { records, mentions, bereaved } = erasure
  const names = records.map(({ pseudonym }) => pseudonym)
  const since = new Date(now.getTime() - SECOND_LOOK_MS + 1)
  const recent = await addTombstones(transaction, installationId, kind, names, now, since)
  const people = await livePeople(transaction, installationId, bereaved.people)
  // Whoever lost their company may belong to another one now.
  const stage = kind === 'company' ? 'enrich' : 'score'
  await mark(transaction, installationId, stage, 'person', people, now)
  await mark(transaction, installationId, 'score', 'company', bereaved.companies, now)
  // What is known to stand in their fields may have gone without their score changing.
  await mark(transaction, installationId, 'write_back', 'company', bereaved.companies, now)
  const entries = records.map(({ pseudonym, rows }) => ({
    action: `${kind}.erased`,
    kind,
    id: pseudonym,
    details: { rows, alsoFrom: mentions },
  }))
  await recordAudit(transaction, installationId, actor, entries, now)
  const again = records.filter(({ pseudonym }) => recent.has(pseudonym)).map(({ id }) => id)
  return { ...erasure, again }
}

const NOBODY: Forgotten = {
  records: [],
  mentions: {},
  bereaved: { people: [], companies: [] },
  again: [],
}
