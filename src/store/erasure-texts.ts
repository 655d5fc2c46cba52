import { sql } from 'kysely'
import type { SubjectKind } from '../leads/facts.ts'
import { type Db, jsonRows } from './database.ts'
import type { TableCounts } from './erasure-rules.ts'

/** Stands where a name was. */
const BLANK = '(erased)'

/** Takes people's names and addresses out of activities they share with others, and out of texts of errors. */
export async function eraseFromTexts(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
  { emails, json }: { readonly emails: readonly string[]; readonly json: readonly string[] },
): Promise<TableCounts> {
  return {
    activity: await eraseFromSharedActivities(transaction, installationId, ids, json),
    due: await blankTexts(transaction, installationId, 'due', 'last_error', emails),
    rejection: await blankTexts(transaction, installationId, 'rejection', 'reason', emails),
  }
}

/** An error of one record is noted on all that failed with it, in the CRM's own words. */
async function blankTexts(
  transaction: Db,
  installationId: string,
  table: 'due' | 'rejection',
  column: 'last_error' | 'reason',
  emails: readonly string[],
): Promise<number> {
  const text = sql.ref(column)
  const { numAffectedRows = 0n } = await sql`
    update ${sql.table(table)} set ${text} = ${BLANK}
    where installation_id = ${installationId} and ${text} is not null
      and exists (select from unnest(${[...emails]}::text[]) as email
        where position(lower(email) in lower(${text})) > 0)`.execute(transaction)
  return Number(numAffectedRows)
}

/** A meeting of several people may be called after one of them. */
async function eraseFromSharedActivities(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
  words: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ person: string; source: string; attributes: unknown }>`
    select o.person_id as person, o.source_id as source, o.attributes
    from activity a join activity o on o.installation_id = a.installation_id
      and o.source_id = a.source_id and o.person_id <> all(${[...ids]})
    where a.installation_id = ${installationId} and a.person_id = any(${[...ids]})
      and exists (select from unnest(${[...words]}::text[]) as word
        where position(word in o.attributes::text) > 0)`.execute(transaction)
  const scrubbed = rows.map((row) => ({ ...row, attributes: scrub(row.attributes, words) }))
  await sql`
    update activity a set attributes = r.attributes
    from jsonb_to_recordset(${jsonRows(scrubbed)}::jsonb) as r(person text, source text, attributes jsonb)
    where a.installation_id = ${installationId} and a.person_id = r.person
      and a.source_id = r.source`.execute(transaction)
  return rows.length
}

interface AuditRow {
  readonly id: string
  readonly isAbout: boolean
  readonly subject: string | null
  readonly details: unknown
}

/**
 * In the audit log stays what was done, and to whose pseudonym; entries about others lose the names in them.
 * @param names the pseudonyms by record id
 */
export async function eraseFromAudit(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  names: ReadonlyMap<string, string>,
  words: readonly string[],
): Promise<number> {
  const { rows } = await sql<AuditRow>`
    select id::text as id, subject_id as subject, details,
      subject_kind is not distinct from ${kind} and subject_id = any(${[...names.keys()]}) as "isAbout"
    from audit_log
    where installation_id = ${installationId}
      and ((subject_kind = ${kind} and subject_id = any(${[...names.keys()]}))
        or exists (select from unnest(${[...words]}::text[]) as word
          where position(word in details::text) > 0))`.execute(transaction)
  const scrubbed = rows.map(({ id, isAbout, subject, details }) => ({
    id,
    subject: isAbout ? names.get(subject ?? '') : subject,
    details: isAbout ? {} : scrub(details, words),
  }))
  await sql`
    update audit_log a set subject_id = r.subject, details = r.details
    from jsonb_to_recordset(${jsonRows(scrubbed)}::jsonb) as r(id bigint, subject text, details jsonb)
    where a.id = r.id`.execute(transaction)
  return rows.length
}

/** A copy without the texts in which one of the words stands. */
function scrub(value: unknown, words: readonly string[]): unknown {
  const text = JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'string' && isNamed(each, words) ? BLANK : each,
  )
  return JSON.parse(text)
}

function isNamed(text: string, words: readonly string[]): boolean {
  const json = JSON.stringify(text)
  return words.some((word) => json.includes(word))
}
