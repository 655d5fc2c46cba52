import { sql } from 'kysely'
import type { FactMap } from '../leads/facts.ts'
import { recordAudit } from './audit.ts'
import type { Db } from './database.ts'
import { mark } from './due.ts'
import { MOST_RECORDS } from './identity.ts'
import { together } from './together.ts'

/** Which records with a common key are scored as one person: none, by e-mail address, or also by name and domain. */
export type DuplicateRule = 'report' | 'email' | 'email_and_name'

/** What two records can have in common. */
export type DuplicateBasis = 'email' | 'name_domain'

/** Which bases a rule goes by. */
const BASES: Readonly<Record<DuplicateRule, readonly DuplicateBasis[]>> = {
  report: [],
  email: ['email'],
  email_and_name: ['email', 'name_domain'],
}

/** Live records that seem to be one person. */
export interface Duplicates {
  readonly basis: readonly DuplicateBasis[]
  /** In code-unit order. */
  readonly ids: readonly string[]
}

/** What `duplicates` found. */
export interface DuplicateReport {
  /** The largest first. */
  readonly groups: readonly Duplicates[]
  /** Too large to be one person; never scored as one. */
  readonly tooLarge: readonly Duplicates[]
}

/** What decides about an installation's duplicates. */
export async function duplicateRule(db: Db, installationId: string): Promise<DuplicateRule> {
  const { rows } = await sql<{ duplicates: DuplicateRule }>`
    select duplicates from installation where id = ${installationId}`.execute(db)
  return rows[0]?.duplicates ?? 'report'
}

/** Goes through all keys of an installation: for a report, not for the pipeline. */
export async function duplicates(
  db: Db,
  installationId: string,
  bases: readonly DuplicateBasis[] = ['email', 'name_domain'],
): Promise<DuplicateReport> {
  const { rows } = await sql<{ kind: DuplicateBasis; ids: readonly [string, ...string[]] }>`
    select k.kind, array_agg(k.person_id order by k.person_id) as ids
    from person_key k
    join person p on p.installation_id = k.installation_id and p.id = k.person_id
      and p.deleted_at is null and p.merged_into is null
    where k.installation_id = ${installationId} and k.kind = any(${[...bases]})
    group by k.kind, k.key having count(*) > 1`.execute(db)
  const pairs = rows.flatMap(({ ids: [first, ...rest] }) => rest.map((id) => [first, id] as const))
  const kinds = new Map<string, Set<DuplicateBasis>>()
  for (const { kind, ids } of rows) {
    for (const id of ids) kinds.set(id, (kinds.get(id) ?? new Set()).add(kind))
  }
  const groups = together(pairs).map((ids) => ({ ids, basis: basisOf(ids, kinds) }))
  const largestFirst = groups.toSorted((a, b) => b.ids.length - a.ids.length)
  return {
    groups: largestFirst.filter(({ ids }) => ids.length <= MOST_RECORDS),
    tooLarge: largestFirst.filter(({ ids }) => ids.length > MOST_RECORDS),
  }
}

function basisOf(
  ids: readonly string[],
  kinds: ReadonlyMap<string, ReadonlySet<DuplicateBasis>>,
): readonly DuplicateBasis[] {
  return [...new Set(ids.flatMap((id) => [...(kinds.get(id) ?? [])]))].sort()
}

/** A domain that several live companies have, and people wait for an account with it. */
export interface AmbiguousDomain {
  readonly domain: string
  readonly companies: readonly { readonly id: string; readonly name: string | null }[]
  /** How many people are linked to none of them because of that. */
  readonly people: number
}

/** The domains that leave people without an account, those of the most people first. */
export async function ambiguousDomains(
  db: Db,
  installationId: string,
): Promise<readonly AmbiguousDomain[]> {
  const { rows } = await sql<AmbiguousDomain>`
    select d.domain, d.companies, k.people
    from (
      select d.domain, json_agg(json_build_object('id', c.id, 'name', c.facts->>'name') order by c.id) as companies
      from company_domain d
      join company c on c.installation_id = d.installation_id and c.id = d.company_id
        and c.deleted_at is null and c.merged_into is null
      where d.installation_id = ${installationId}
      group by d.domain having count(*) > 1) d
    cross join lateral (
      select count(*)::int as people from person_key k
      where k.installation_id = ${installationId} and k.kind = 'domain' and k.key = d.domain) k
    where k.people > 0
    order by k.people desc, d.domain`.execute(db)
  return rows
}

/** The audit log's name for a change of the rule. */
const RULE_CHANGED = 'duplicates.rule_changed'

/** A change of the rule, and how many records are scored again because of it. */
export interface RuleChange {
  readonly before: DuplicateRule
  readonly after: DuplicateRule
  readonly rescored: number
}

/**
 * Sets the rule, makes everybody due whose score it may change, and says so in the audit log. Belongs into a
 * transaction.
 */
export async function setDuplicateRule(
  transaction: Db,
  installationId: string,
  { rule, actor, at }: { rule: DuplicateRule; actor: string; at: Date },
): Promise<RuleChange> {
  const { rows } = await sql<{ before: DuplicateRule }>`
    update installation set duplicates = ${rule} where id = ${installationId}
    returning old.duplicates as before`.execute(transaction)
  const before = rows[0]?.before ?? rule
  if (before === rule) return { before, after: rule, rescored: 0 }
  const joined = await duplicates(transaction, installationId, BASES[rule])
  const apart = await duplicates(transaction, installationId, BASES[before])
  const ids = new Set([...joined.groups, ...apart.groups].flatMap((group) => group.ids))
  await mark(transaction, installationId, 'score', 'person', [...ids], at)
  const change = { before, after: rule, rescored: ids.size }
  await recordAudit(
    transaction,
    installationId,
    actor,
    [{ action: RULE_CHANGED, details: change }],
    at,
  )
  return change
}

/** The facts of people, and their accounts' names, for showing them. */
export async function peopleShown(
  db: Db,
  installationId: string,
  ids: readonly string[],
): Promise<readonly { id: string; facts: FactMap; companyName: string | null }[]> {
  const { rows } = await sql<{ id: string; facts: FactMap; companyName: string | null }>`
    select p.id, p.facts, c.facts->>'name' as "companyName"
    from person p
    left join account_link l on l.installation_id = p.installation_id and l.person_id = p.id
    left join company c on c.installation_id = l.installation_id and c.id = l.company_id
    where p.installation_id = ${installationId} and p.id = any(${[...ids]})`.execute(db)
  return rows
}
