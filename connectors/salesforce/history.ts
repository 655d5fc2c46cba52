import type { FactMap, SubjectKind } from '../../src/leads/facts.ts'
import type { FactHistory } from '../page.ts'
import { inParallel } from '../parallel.ts'
import { parseMoment } from '../values.ts'
import { KIND_OF, type SubjectObject } from './definitions.ts'
import type { Wanted } from './fact-fields.ts'
import { readByIds } from './fetch.ts'
import { isSubject, S_OBJECTS } from './fields.ts'
import { sObjectOf, to18 } from './ids.ts'
import { subjectFacts } from './map.ts'
import type { Org } from './org.ts'
import { queryRows, type SalesforceRecord } from './query.ts'
import { type Readings, withReading } from './reading.ts'
import { fatesOf } from './removals.ts'
import { idIn, soql } from './soql.ts'

/** Subjects of one query for histories; each may have hundreds of changes. */
const BATCH = 200
const BATCHES_IN_FLIGHT = 2

/** One tracked change of one field; values as text. */
interface Change {
  readonly field: string
  readonly before: string
  readonly at: Date
}

/**
 * What was known of the subjects of one kind, and when: a version for every moment at which a tracked field changed a
 * fact, walked back from how they are now. Whoever is gone is not among them. An org tracks the fields it chose, 20
 * per object at the most: of the others the value of today is taken for older times, too. Where an object is not
 * tracked at all there is one version, known since the record was last changed.
 */
export async function readHistory(
  org: Org,
  readings: Readings,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<readonly FactHistory[]> {
  const known = [...new Set(ids.flatMap((id) => to18(id) ?? []))]
  const histories: FactHistory[] = []
  for (const [object, some] of Map.groupBy(known, subjectObject)) {
    if (object === undefined || KIND_OF[object] !== kind) continue
    const starts = Array.from({ length: Math.ceil(some.length / BATCH) }, (_, at) => at * BATCH)
    const answers = await inParallel(starts, BATCHES_IN_FLIGHT, (start) =>
      readBatch(org, readings, object, some.slice(start, start + BATCH)),
    )
    histories.push(...answers.flat())
  }
  return histories
}

function subjectObject(id: string): SubjectObject | undefined {
  const name = sObjectOf(id)
  return S_OBJECTS.filter(isSubject).find((object) => object === name)
}

function readBatch(
  org: Org,
  readings: Readings,
  object: SubjectObject,
  ids: readonly string[],
): Promise<readonly FactHistory[]> {
  return withReading(org, readings, object, [], async (reading) => {
    const records = fatesOf(object, await readByIds(org, reading, ids)).live
    const isTracked = await readings.isThere(`${object}History`)
    const changes = isTracked ? await readChangesOf(org, object, ids) : undefined
    return records.map((record) => ({
      subject: { kind: KIND_OF[object], id: record.id },
      versions: changes
        ? versionsOf(record, reading.facts, changes.get(record.id) ?? [])
        : [{ knownAt: record.stampedAt, facts: subjectFacts(record.fields, reading.facts) }],
    }))
  })
}

/** Newest first. */
async function readChangesOf(
  org: Org,
  object: SubjectObject,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Change[]>> {
  const owner = `${object}Id`
  const query = soql({
    select: [owner, 'Field', 'OldValue', 'CreatedDate', 'Id'],
    from: `${object}History`,
    where: [idIn(owner, ids)],
  })
  const rows = (await queryRows(org, query)).flatMap((row) => {
    const at = parseMoment(row['CreatedDate'])
    const place = { id: row['Id'] ?? '', owner: to18(row[owner] ?? '') ?? '' }
    return at ? [{ ...place, at, field: row['Field'] ?? '', before: row['OldValue'] ?? '' }] : []
  })
  const newestFirst = rows.toSorted(
    (a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1),
  )
  return Map.groupBy(newestFirst, (row) => row.owner)
}

interface Version {
  readonly knownAt: Date
  readonly facts: FactMap
}

/** @param changes newest first */
function versionsOf(
  record: SalesforceRecord,
  wanted: readonly Wanted[],
  changes: readonly Change[],
): readonly Version[] {
  const fields = { ...record.fields }
  const newestFirst: Version[] = []
  const remember = (knownAt: Date) => {
    // What changed in one second became known together.
    const later = newestFirst.at(-1)?.knownAt ?? NEVER
    if (knownAt < later) newestFirst.push({ knownAt, facts: subjectFacts(fields, wanted) })
  }
  for (const { field, before, at } of changes) {
    if (!Object.hasOwn(fields, field)) continue
    if (at > record.createdAt) remember(at)
    fields[field] = before
  }
  remember(record.createdAt)
  return newestFirst.toReversed().filter(isNews)
}

const NEVER = new Date(8.64e15)

/** Facts of one subject always come in the same order. */
function isNews({ facts }: Version, at: number, versions: readonly Version[]): boolean {
  const former = versions[at - 1]?.facts
  return former === undefined || JSON.stringify(facts) !== JSON.stringify(former)
}
