import { sql } from 'kysely'
import type { FactMap } from '../leads/facts.ts'
import { personName } from '../leads/person-name.ts'
import type { Db } from './database.ts'
import type { TableCounts } from './erasure-rules.ts'
import { eraseFromAudit, eraseFromTexts } from './erasure-texts.ts'

/** Whom the erased were linked to, and who has to be scored without them. */
export interface Bereaved {
  readonly people: readonly string[]
  readonly companies: readonly string[]
}

/** What others' rows said, and whom that concerns. */
interface Mentions {
  readonly mentions: TableCounts
  readonly bereaved: Bereaved
}

/**
 * Takes people out of the rows of others: deals, accounts, records that were scored as the same person, the audit
 * log, texts of errors. Must come before their own rows go: those say where to look.
 * @param names the pseudonyms by record id
 */
export async function erasePersonMentions(
  transaction: Db,
  installationId: string,
  names: ReadonlyMap<string, string>,
): Promise<Mentions> {
  const ids = [...names.keys()]
  const people = await scoredTogether(transaction, installationId, ids)
  const companies = await accountsOf(transaction, installationId, ids)
  const known = await wordsFor(transaction, installationId, ids)
  const mentions = {
    ...(await eraseSharedScores(transaction, installationId, ids)),
    ...(await eraseFromAccounts(transaction, installationId, companies, known.json)),
    ...(await eraseFromTexts(transaction, installationId, ids, known)),
    deal: await eraseFromDeals(transaction, installationId, ids),
    audit_log: await eraseFromAudit(transaction, installationId, 'person', names, known.json),
  }
  return { mentions: withoutZeros(mentions), bereaved: { people, companies } }
}

/** Takes companies out of the rows of others: people, deals, receipts, the audit log. */
export async function eraseCompanyMentions(
  transaction: Db,
  installationId: string,
  names: ReadonlyMap<string, string>,
): Promise<Mentions> {
  const ids = [...names.keys()]
  const { rows } = await sql<{ id: string }>`
    select person_id as id from account_link
    where installation_id = ${installationId} and company_id = any(${ids})
    union select id from person
    where installation_id = ${installationId} and company_id = any(${ids})`.execute(transaction)
  const clear = async (table: string, column: string) => {
    const { numAffectedRows = 0n } = await sql`
      update ${sql.table(table)} set ${sql.ref(column)} = null
      where installation_id = ${installationId} and ${sql.ref(column)} = any(${ids})`.execute(
      transaction,
    )
    return Number(numAffectedRows)
  }
  const { numAffectedRows: receipts = 0n } = await sql`
    update score_receipt set account = null
    where installation_id = ${installationId} and account->>'id' = any(${ids})`.execute(transaction)
  const mentions = {
    person: await clear('person', 'company_id'),
    score: await clear('score', 'account_id'),
    deal: await clear('deal', 'company_id'),
    score_receipt: Number(receipts),
    audit_log: await eraseFromAudit(transaction, installationId, 'company', names, ids.map(quoted)),
  }
  const people = rows.map(({ id }) => id)
  return { mentions: withoutZeros(mentions), bereaved: { people, companies: [] } }
}

function withoutZeros(counts: TableCounts): TableCounts {
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0))
}

/** Other records that were ever scored together with these as one person. */
async function scoredTogether(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from (
      select unnest(records) as id from score_receipt
      where installation_id = ${installationId} and cardinality(records) > 1
        and records && ${[...ids]}::text[]
      union select person_id from score
      where installation_id = ${installationId} and represented_by = any(${[...ids]})
      union select represented_by from score
      where installation_id = ${installationId} and person_id = any(${[...ids]})) as together
    where id <> all(${[...ids]}) order by id`.execute(transaction)
  return rows.map(({ id }) => id)
}

/** The accounts that these people count towards or ever did. */
async function accountsOf(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const own = sql`installation_id = ${installationId}`
  const { rows } = await sql<{ id: string }>`
    select company_id as id from account_link where ${own} and person_id = any(${[...ids]})
    union select company_id from person where ${own} and id = any(${[...ids]})
    union select account_id from score where ${own} and person_id = any(${[...ids]})
    union select account->>'id' from score_receipt where ${own} and person_id = any(${[...ids]})
    order by 1`.execute(transaction)
  return rows.map(({ id }) => id).filter((id) => id !== null)
}

/** What people are called in texts. */
interface Words {
  readonly emails: readonly string[]
  /** Names, addresses and record ids as they stand in the text of JSON. */
  readonly json: readonly string[]
}

/** A shorter name is found in too many words. */
const SHORTEST_NAME = 3

async function wordsFor(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
): Promise<Words> {
  const { rows } = await sql<{ facts: FactMap }>`
    select facts from person where installation_id = ${installationId} and id = any(${[...ids]})
    union all select facts from fact_version
    where installation_id = ${installationId} and subject_kind = 'person'
      and subject_id = any(${[...ids]})`.execute(transaction)
  const emails = distinct(rows.map(({ facts }) => facts['email']))
  const names = distinct(rows.map(({ facts }) => personName(facts)))
  const words = [...new Set([...emails, ...names])].map((word) => quoted(word).slice(1, -1))
  return { emails, json: [...ids.map(quoted), ...words] }
}

function distinct(values: readonly unknown[]): readonly string[] {
  const texts = values.filter((value) => typeof value === 'string')
  return [...new Set(texts)].filter((text) => text.length >= SHORTEST_NAME)
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

/** Receipts of those who were scored together with them show what they did. */
async function eraseSharedScores(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
): Promise<TableCounts> {
  const { numAffectedRows: receipts = 0n } = await sql`
    delete from score_receipt
    where installation_id = ${installationId} and cardinality(records) > 1
      and records && ${[...ids]}::text[] and person_id <> all(${[...ids]})`.execute(transaction)
  const { numAffectedRows: scores = 0n } = await sql`
    update score set represented_by = null
    where installation_id = ${installationId} and represented_by = any(${[...ids]})
      and person_id <> all(${[...ids]})`.execute(transaction)
  return { score_receipt: Number(receipts), score: Number(scores) }
}

/** Scores, receipts and fields of accounts name people; what is deleted is scored and written anew without them. */
async function eraseFromAccounts(
  transaction: Db,
  installationId: string,
  companies: readonly string[],
  words: readonly string[],
): Promise<TableCounts> {
  const naming = (text: string) => sql`
    installation_id = ${installationId} and exists (select from unnest(${[...words]}::text[]) as word
      where position(word in ${sql.raw(text)}) > 0)`
  const { numAffectedRows: receipts = 0n } = await sql`
    delete from account_receipt where company_id = any(${[...companies]})
      and ${naming('result::text')}`.execute(transaction)
  const { rows: scored } = await sql<{ id: string }>`
    delete from account_score where company_id = any(${[...companies]})
      and ${naming('result::text')} returning company_id as id`.execute(transaction)
  const named = scored.map(({ id }) => id)
  const ofCompanies = sql`subject_kind = 'company' and subject_id = any(${[...companies]})`
  const { numAffectedRows: written = 0n } = await sql`
    delete from written where installation_id = ${installationId} and ${ofCompanies}
      -- Long lists of names are cut in the CRM, maybe inside one.
      and (subject_id = any(${named})
        or ${naming('concat(written_values, sent_values, replaced_values)')})`.execute(transaction)
  const { numAffectedRows: overwritten = 0n } = await sql`
    delete from field_overwrite where installation_id = ${installationId} and ${ofCompanies}
      and (subject_id = any(${named}) or ${naming('concat(ours, theirs)')})`.execute(transaction)
  return {
    account_receipt: Number(receipts),
    account_score: named.length,
    written: Number(written),
    field_overwrite: Number(overwritten),
  }
}

async function eraseFromDeals(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update deal set person_ids = array(select id from unnest(person_ids) as id where id <> all(${[...ids]}))
    where installation_id = ${installationId} and person_ids && ${[...ids]}::text[]`.execute(
    transaction,
  )
  return Number(numAffectedRows)
}
