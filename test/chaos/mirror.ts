import { sql } from 'kysely'
import { sameValue } from '../../jobs/same-value.ts'
import type { Db } from '../../src/store/database.ts'
import type { Findings } from './lost.ts'
import type { Carried, Truth } from './truth.ts'
import type { CrmStage, WorkDone } from './types.ts'

/** Whether Plumbline's own tables end as the CRM is: who lives, what was told, what was scored and what was written. */
export async function judgeMirror(
  db: Db,
  { installationId }: CrmStage,
  truth: Truth,
  { winners, erased }: WorkDone,
): Promise<Findings> {
  const lives = await livesOf(db, installationId, truth)
  const written = await writtenOf(db, installationId, truth)
  const inbox = await inboxOf(db, installationId, truth)
  const receipts = await withoutReceipt(db, installationId)
  const traces = await tracesOf(db, installationId, erased)
  const strange = await strangeValues(db, installationId, winners)
  return {
    checked: {
      tombstones: truth.archived.length,
      written: written.rows,
      receipts: receipts.rows,
      ...inbox.checked,
    },
    complaints: [
      ...lives,
      ...written.complaints,
      ...inbox.complaints,
      ...receipts.complaints,
      ...traces,
      ...strange,
    ],
  }
}

/** Exactly those live here who live there. */
async function livesOf(db: Db, installationId: string, truth: Truth): Promise<readonly string[]> {
  const complaints: string[] = []
  for (const [kind, records] of [
    ['person', truth.people],
    ['company', truth.companies],
  ] as const) {
    const { rows } = await sql<{ id: string }>`
      select id from ${sql.table(kind)} where installation_id = ${installationId}
        and deleted_at is null and merged_into is null`.execute(db)
    const here = new Set(rows.map(({ id }) => id))
    const there = new Set(records.map(({ id }) => id))
    for (const id of there) if (!here.has(id)) complaints.push(`${kind} ${id} is missing here`)
    for (const id of here) {
      if (!there.has(id)) complaints.push(`${kind} ${id} lives here and not in the CRM`)
    }
  }
  const { rows: scored } = await sql<{ id: string }>`
    select person_id as id from score
    where installation_id = ${installationId} and person_id = any(${[...truth.archived]})`.execute(
    db,
  )
  return [...complaints, ...scored.map(({ id }) => `archived ${id} still has a score`)]
}

interface WrittenRow {
  readonly id: string
  readonly wanted: Carried
  readonly written: Carried | null
  readonly held: boolean
}

/** What was scored is what we believe to have written, and that is what stands in the CRM. */
async function writtenOf(db: Db, installationId: string, truth: Truth) {
  const carried = new Map(
    [...truth.people, ...truth.companies].map((record) => [record.id, record.carried]),
  )
  const { rows } = await sql<WrittenRow>`
    select s.id, s.wanted, w.written_values as written, coalesce(w.held_until > now(), false) as held
    from (
      select installation_id, 'person' as kind, person_id as id, written_values as wanted from score
      union all select installation_id, 'company', company_id, written_values from account_score) s
    left join written w on w.installation_id = s.installation_id and w.subject_kind = s.kind
      and w.subject_id = s.id
    where s.installation_id = ${installationId}`.execute(db)
  const live = rows.filter(({ id }) => carried.has(id))
  const complaints = live.flatMap(({ id, wanted, written, held }) => [
    ...(held ? [] : unlike(`${id} was scored and not written`, wanted, written ?? {})),
    ...unlike(`${id} does not carry what was written`, written ?? {}, carried.get(id) ?? {}),
  ])
  return { rows: live.length, complaints }
}

function unlike(complaint: string, expected: Carried, found: Carried): readonly string[] {
  return Object.entries(expected)
    .filter(([name, value]) => !sameValue(found[name] ?? '', value))
    .map(([name, value]) => `${complaint}: ${name} is "${found[name]}" instead of "${value}"`)
}

interface InboxRow {
  readonly fate:
    | 'echo'
    | 'erased'
    | 'waiting'
    | 'refused'
    | 'superseded'
    | 'applied'
    | 'gone'
    | 'unknown'
  readonly stream: string
  readonly id: string
}

/**
 * Every notice has come to its end: applied, superseded by a later one of the same record, refused with a reason, or
 * without object, because its record was gone before anybody read it.
 */
async function inboxOf(db: Db, installationId: string, { people, companies }: Truth) {
  const live = [...people, ...companies].map(({ id }) => id)
  const { rows } = await sql<InboxRow>`
    select i.stream, i.record_id as id, case
      when i.what <> 'record' then i.what
      when exists (select from due d where d.installation_id = i.installation_id and d.stage = 'fetch'
        and d.subject_kind = i.stream and d.subject_id = i.record_id) then 'waiting'
      when exists (select from inbox l where l.installation_id = i.installation_id and l.stream = i.stream
        and l.record_id = i.record_id and l.occurred_at > i.occurred_at) then 'superseded'
      when exists (select from rejection r where r.installation_id = i.installation_id and r.stage = 'fetch'
        and r.subject_id = i.record_id and r.reason <> '') then 'refused'
      when ${KNOWN} then 'applied'
      when i.record_id <> all(${live}) then 'gone'
      else 'unknown' end as fate
    from inbox i where i.installation_id = ${installationId}`.execute(db)
  const fates = Map.groupBy(rows, ({ fate }) => fate)
  const checked = [...fates].map(([fate, each]) => [`notices ${fate}`, each.length] as const)
  const lost = [...(fates.get('waiting') ?? []), ...(fates.get('unknown') ?? [])]
  return {
    checked: { notices: rows.length, ...Object.fromEntries(checked) },
    complaints: lost.map(({ fate, stream, id }) => `the notice of ${stream} ${id} is ${fate}`),
  }
}

/** A record of a person or company that was told must be known, dead or alive; of what else is told, not all is kept. */
const KNOWN = sql`(i.stream not in ('contacts', 'companies', 'Lead', 'Contact', 'Account')
  or exists (select from person p where p.installation_id = i.installation_id and p.id = i.record_id)
  or exists (select from company c where c.installation_id = i.installation_id and c.id = i.record_id))`

async function withoutReceipt(db: Db, installationId: string) {
  const { rows } = await sql<{ id: string; kept: boolean }>`
    select s.person_id as id, exists (select from score_receipt r
      where r.installation_id = s.installation_id and r.person_id = s.person_id and r.model = s.model
        and r.inputs_hash = s.inputs_hash and r.as_of = s.as_of) as kept
    from score s where s.installation_id = ${installationId}
    union all
    select s.company_id, exists (select from account_receipt r
      where r.installation_id = s.installation_id and r.company_id = s.company_id and r.model = s.model
        and r.inputs_hash = s.inputs_hash and r.as_of = s.as_of)
    from account_score s where s.installation_id = ${installationId}`.execute(db)
  const without = rows.filter(({ kept }) => !kept)
  return {
    rows: rows.length,
    complaints: without.map(({ id }) => `the score of ${id} has no receipt`),
  }
}

/**
 * Nobody else touches our fields: where a reading found another value than the acknowledged one, the acknowledgement was
 * wrong, although the value was restored since. A merge may fill empty fields of its winner.
 */
async function strangeValues(db: Db, installationId: string, winners: ReadonlySet<string>) {
  const { rows } = await sql<{ id: string; field: string; ours: string; theirs: string }>`
    select subject_id as id, field, ours, theirs from field_overwrite
    where installation_id = ${installationId} and subject_id <> all(${[...winners]}) order by 1, 2`.execute(
    db,
  )
  return rows.map(
    ({ id, field, ours, theirs }) =>
      `${id} ${field}: "${ours}" was acknowledged, and "${theirs}" was found`,
  )
}

/** Work that was under way may have stored a row; whoever is looked for once more is not judged before. */
async function tracesOf(db: Db, installationId: string, erased: ReadonlySet<string>) {
  const { rows } = await sql<{ id: string; place: string }>`
    with sought as (
      select id from unnest(${[...erased]}::text[]) as id
      where not exists (select from due where installation_id = ${installationId} and stage = 'erase'
        and subject_kind = 'person' and subject_id = id)),
    found as (
      select id, 'person' as place from person where installation_id = ${installationId}
      union all select person_id, 'score' from score where installation_id = ${installationId}
      union all select person_id, 'receipts' from score_receipt where installation_id = ${installationId}
      union all select subject_id, 'facts' from fact_version
        where installation_id = ${installationId} and subject_kind = 'person'
      union all select subject_id, 'written' from written
        where installation_id = ${installationId} and subject_kind = 'person')
    select distinct id, place from found join sought using (id) order by 1, 2`.execute(db)
  return rows.map(({ id, place }) => `erased ${id} is still in ${place}`)
}
