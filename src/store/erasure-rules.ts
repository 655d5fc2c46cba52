import { type RawBuilder, sql } from 'kysely'
import type { SubjectKind } from '../leads/facts.ts'

/** How many rows, by table. */
export type TableCounts = Readonly<Record<string, number>>

/**
 * Where a table says whom a row is about: a column with the ids of people, of companies, or of both. Where it is
 * of both, another column says which it is: `person`, `company`, or one of the CRM's own streams, which are taken
 * for either, because an id that is in there is not worth keeping for the sake of the other kind.
 */
interface Owner {
  readonly table: string
  readonly id: string
  readonly of: SubjectKind | { readonly column: string }
  /** Rows that stay. */
  readonly except?: string
}

/**
 * Every table with rows about one person or company; those rows go. In this order: a score takes the shadow's
 * along, which would not be counted then. What rows of others say about them is in erasure.ts.
 */
const OWNERS: readonly Owner[] = [
  { table: 'shadow_score', id: 'person_id', of: 'person' },
  { table: 'score', id: 'person_id', of: 'person' },
  { table: 'score_receipt', id: 'person_id', of: 'person' },
  { table: 'account_score', id: 'company_id', of: 'company' },
  { table: 'account_receipt', id: 'company_id', of: 'company' },
  { table: 'activity', id: 'person_id', of: 'person' },
  { table: 'fact_version', id: 'subject_id', of: { column: 'subject_kind' } },
  { table: 'enrichment', id: 'subject_id', of: { column: 'subject_kind' } },
  { table: 'written', id: 'subject_id', of: { column: 'subject_kind' } },
  { table: 'rejection', id: 'subject_id', of: { column: 'subject_kind' } },
  { table: 'field_overwrite', id: 'subject_id', of: { column: 'subject_kind' } },
  { table: 'person_key', id: 'person_id', of: 'person' },
  { table: 'company_domain', id: 'company_id', of: 'company' },
  { table: 'account_link', id: 'person_id', of: 'person' },
  { table: 'account_link', id: 'company_id', of: 'company' },
  { table: 'task', id: 'person_id', of: 'person' },
  { table: 'inbox', id: 'record_id', of: { column: 'stream' } },
  // What asks for the erasing is settled by whoever does it.
  { table: 'due', id: 'subject_id', of: { column: 'subject_kind' }, except: "stage = 'erase'" },
  { table: 'person', id: 'id', of: 'person' },
  { table: 'company', id: 'id', of: 'company' },
]

/** Tables of an installation that have no rows about one person or company, each with the reason. */
export const EXEMPT_TABLES: Readonly<Record<string, string>> = {
  deal: 'about a business; whom it names is taken out of it',
  audit_log: 'keeps what was done; whom it names becomes a pseudonym',
  erased: 'names nobody: pseudonyms only',
  budget: 'names allowances',
  model_version: 'written by the operator',
  model_publication: 'written by the operator',
  sync_run: 'names kinds of readings',
  sync_cursor: 'where a reading stands; gone from it with the next page',
  journal_subscription: 'about the installation',
  event_feed: 'where the reading of events stands',
  account_session: 'says that somebody of the account is signed in, and not who',
}

/** The rows of one table that are about people, or about companies. */
export interface OwnRows {
  readonly table: string
  readonly id: RawBuilder<string>
  readonly where: RawBuilder<boolean>
}

/** Where rows about people, or about companies, are. */
export function rowsAbout(kind: SubjectKind): readonly OwnRows[] {
  return OWNERS.filter(({ of }) => typeof of === 'object' || of === kind).map((owner) => ({
    table: owner.table,
    id: sql.ref<string>(owner.id),
    where: sql<boolean>`${ofKind(owner, kind)} and ${rowsThatGo(owner)}`,
  }))
}

/** Every table that `rowsAbout` knows. */
export function tablesWithOwners(): ReadonlySet<string> {
  return new Set(OWNERS.map(({ table }) => table))
}

function ofKind({ of }: Owner, kind: SubjectKind): RawBuilder<boolean> {
  if (typeof of !== 'object') return sql<boolean>`true`
  const other = kind === 'person' ? 'company' : 'person'
  // `history:person` is a stream of the stage fetch.
  return sql<boolean>`${sql.ref(of.column)} <> all(${[other, `history:${other}`]}::text[])`
}

function rowsThatGo({ except }: Owner): RawBuilder<boolean> {
  return except === undefined ? sql<boolean>`true` : sql<boolean>`not (${sql.raw(except)})`
}
