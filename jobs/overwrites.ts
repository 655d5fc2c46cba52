import type { OurValues } from '../connectors/page.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import type { Db } from '../src/store/database.ts'
import { mark } from '../src/store/due.ts'
import {
  fileOverwrites,
  lockWritten,
  type OurRecord,
  ourRecords,
  settleOverwrites,
} from '../src/store/overwrites.ts'
import { readSettings } from '../src/store/settings.ts'
import { forgetWritten } from '../src/store/written.ts'
import { sameValue } from './same-value.ts'

const DAY_MS = 24 * 60 * 60_000
/** So often a field is restored at once. From then on somebody insists: it is restored once a day. */
const RESTORED_AT_ONCE = 2
/**
 * The CRM's clock may be this much behind ours. More would take pages for current that were read before a write:
 * a change is written two seconds after it at the earliest (LINGER_MS).
 */
const CLOCK_SKEW_MS = 2_000

/**
 * Compares what stands in our fields with what we put there. What a user, a workflow or another app changed is
 * filed; by the installation's setting it is restored, or left to them until they clear the field. An empty
 * field was cleared or made anew with its property, and is written again. A record that was refused and has
 * been changed since is tried again.
 * @returns whether records are due for writing now
 */
export async function noteOurValues(
  transaction: Db,
  installationId: string,
  ours: readonly OurValues[],
  now: Date,
): Promise<boolean> {
  let due = false
  for (const kind of ['person', 'company'] as const) {
    const ofKind = ours.filter(({ subject }) => subject.kind === kind)
    const seen = new Map(ofKind.map((each) => [each.subject.id, each]))
    if (seen.size > 0) due = (await noteKind(transaction, installationId, kind, seen, now)) || due
  }
  return due
}

async function noteKind(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  seen: ReadonlyMap<string, OurValues>,
  now: Date,
): Promise<boolean> {
  const suspects = await findings(transaction, installationId, kind, [...seen.keys()], seen)
  if (suspects.length === 0) return false
  // Looked at again under a lock: a write of ours may have been acknowledged in between.
  const ids = suspects.map(({ id }) => id)
  await lockWritten(transaction, installationId, kind, ids)
  const certain = await findings(transaction, installationId, kind, ids, seen)
  return drawConsequences(transaction, installationId, kind, certain, now)
}

/** What one record shows that needs something done. */
interface Finding {
  readonly id: string
  readonly fields: readonly FieldFinding[]
  /** It was refused, and has changed in the CRM since. */
  readonly retry: boolean
}

interface FieldFinding {
  readonly field: string
  readonly ours: string
  readonly theirs: string
  /**
   * `overwritten` by somebody; `empty`; `ours` again after it was overwritten; `unclear`: either somebody put
   * back what stood there before our latest write, or the record was read just before that write.
   */
  readonly as: 'overwritten' | 'empty' | 'ours' | 'unclear'
}

async function findings(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  ids: readonly string[],
  seen: ReadonlyMap<string, OurValues>,
): Promise<readonly Finding[]> {
  const records = await ourRecords(transaction, installationId, kind, ids)
  return records.flatMap((record) => {
    const page = seen.get(record.id)
    if (!page) return []
    const fields = judgeRecord(record, page)
    const retry = record.refusedAt !== null && page.updatedAt > record.refusedAt
    return fields.length > 0 || retry ? [{ id: record.id, fields, retry }] : []
  })
}

function judgeRecord(record: OurRecord, page: OurValues): readonly FieldFinding[] {
  const { sentAt, isAgain } = record
  // What is not ours there may be of our own: a write that was overtaken.
  if (isAgain) return []
  // Read before our latest write reached it.
  if (!sentAt || page.updatedAt.getTime() < sentAt.getTime() - CLOCK_SKEW_MS) return []
  return Object.entries(page.values).flatMap(([field, theirs]) => {
    const ours = record.written?.[field] ?? record.open[field]?.ours
    const as = ours === undefined ? null : judgeField(record, page, field, theirs)
    return ours === undefined || as === null ? [] : [{ field, ours, theirs, as }]
  })
}

/** Null when the field is as it should be, or nothing can be told. */
function judgeField(
  { written, sent, wanted, replaced, writtenAt, open }: OurRecord,
  { updatedAt }: OurValues,
  field: string,
  theirs: string,
): FieldFinding['as'] | null {
  const says = (values: Readonly<Record<string, string>> | null) => {
    const value = values?.[field]
    return value !== undefined && sameValue(theirs, value)
  }
  const filed = open[field]
  if (says(written)) return filed ? 'ours' : null
  if (says(sent)) return null
  if (theirs.trim() === '') return 'empty'
  // Filed and not written since: nothing new, unless they changed it once more.
  const known = filed && (written?.[field] === undefined || sameValue(theirs, filed.theirs))
  if (known || says(wanted)) return null
  const justWritten = writtenAt !== null && updatedAt <= writtenAt
  return justWritten && says(replaced) ? 'unclear' : 'overwritten'
}

async function drawConsequences(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  found: readonly Finding[],
  now: Date,
): Promise<boolean> {
  const { overwrites } = await readSettings(transaction, installationId)
  const fields = found.flatMap(({ id, fields: each }) => each.map((field) => ({ id, ...field })))
  const as = (...kinds: readonly FieldFinding['as'][]) =>
    fields.filter((each) => kinds.includes(each.as))
  const again =
    overwrites === 'restore' ? as('overwritten', 'empty', 'unclear') : as('empty', 'unclear')
  await forgetWritten(transaction, installationId, kind, again)
  await settleOverwrites(transaction, installationId, kind, as('ours', 'empty'), now)
  const filed = await fileOverwrites(transaction, installationId, kind, as('overwritten'), {
    seenAt: now,
    restSince: new Date(now.getTime() - DAY_MS),
  })
  const disputed = overwrites === 'restore' ? filed : []
  const insisted = disputed.filter(({ times }) => times > RESTORED_AT_ONCE).map(({ id }) => id)
  const atOnce = [
    ...disputed.filter(({ times }) => times <= RESTORED_AT_ONCE).map(({ id }) => id),
    ...as('empty', 'unclear').map(({ id }) => id),
    ...found.filter(({ retry }) => retry).map(({ id }) => id),
  ]
  const tomorrow = new Date(now.getTime() + DAY_MS)
  await mark(transaction, installationId, 'write_back', kind, insisted, tomorrow)
  await mark(transaction, installationId, 'write_back', kind, atOnce, now)
  return atOnce.length > 0
}
