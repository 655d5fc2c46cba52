import { sql } from 'kysely'
import type { FactMap } from '../leads/facts.ts'
import { type Db, jsonRows } from './database.ts'
import { mirroredCompanies } from './fact-versions.ts'

/** How we know that a person belongs to an account: the CRM says so, or only their e-mail domain does. */
export type AccountBasis = 'association' | 'domain'

/** A live person who may have an account. */
export interface AccountSeeker {
  readonly id: string
  /** That the CRM associates, alive or not. */
  readonly companyId: string | null
  /** Of the business e-mail address. */
  readonly domain: string | null
}

/** A person's account. */
export interface LinkedAccount {
  readonly id: string
  readonly companyId: string
  readonly basis: AccountBasis
  /** The company's own facts, before enrichment. */
  readonly companyFacts: FactMap
}

/**
 * Finds and stores the accounts of people: the live company the CRM associates, else the only live company with
 * their e-mail domain. Where several have that domain, nobody can say which, and there is no link.
 * @returns those who have an account
 */
export async function linkAccounts(
  transaction: Db,
  installationId: string,
  people: readonly AccountSeeker[],
): Promise<readonly LinkedAccount[]> {
  const companyIds = people.flatMap(({ companyId }) => companyId ?? [])
  const associated = await liveCompanies(transaction, installationId, companyIds)
  const waiting = people.filter(({ companyId }) => companyId === null || !associated.has(companyId))
  const domains = waiting.flatMap(({ domain }) => domain ?? [])
  const sole = await soleCompanies(transaction, installationId, domains)
  const linked = people.flatMap(({ id, companyId, domain }): LinkedAccount[] => {
    const own = associated.get(companyId ?? '')
    const found = own ?? sole.get(domain ?? '')
    if (found === undefined) return []
    const basis = own === undefined ? 'domain' : 'association'
    return [{ id, companyId: found.id, basis, companyFacts: found.facts }]
  })
  const ids = people.map(({ id }) => id)
  await saveLinks(transaction, installationId, ids, linked)
  return linked
}

interface Company {
  readonly id: string
  readonly facts: FactMap
}

async function liveCompanies(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Company>> {
  const companies = await mirroredCompanies(transaction, installationId, [...new Set(ids)])
  return new Map(companies.map((company) => [company.id, company]))
}

/** By domain the company that is the only live one to have it. */
async function soleCompanies(
  transaction: Db,
  installationId: string,
  domains: readonly string[],
): Promise<ReadonlyMap<string, Company>> {
  if (domains.length === 0) return new Map()
  const { rows } = await sql<{ domain: string; id: string }>`
    select domain, company_id as id from company_domain
    where installation_id = ${installationId} and domain = any(${[...new Set(domains)]})`.execute(
    transaction,
  )
  const ids = rows.map(({ id }) => id)
  const live = await liveCompanies(transaction, installationId, ids)
  const byDomain = Map.groupBy(
    rows.filter(({ id }) => live.has(id)),
    ({ domain }) => domain,
  )
  const sole = [...byDomain].flatMap(([domain, [first, ...others]]): [string, Company][] => {
    const company = live.get(first?.id ?? '')
    return company && others.length === 0 ? [[domain, company]] : []
  })
  return new Map(sole)
}

/** Makes these the links of the people; rows that stay as they are, are not touched. */
async function saveLinks(
  transaction: Db,
  installationId: string,
  personIds: readonly string[],
  linked: readonly LinkedAccount[],
): Promise<void> {
  const { rows: stored } = await sql<Omit<LinkedAccount, 'companyFacts'>>`
    select person_id as id, company_id as "companyId", basis from account_link
    where installation_id = ${installationId} and person_id = any(${[...personIds]})`.execute(
    transaction,
  )
  const before = new Map(stored.map((link) => [link.id, link]))
  const changed = linked.filter(({ id, companyId, basis }) => {
    const link = before.get(id)
    return link?.companyId !== companyId || link.basis !== basis
  })
  const kept = new Set(linked.map(({ id }) => id))
  const lost = stored.map(({ id }) => id).filter((id) => !kept.has(id))
  if (lost.length > 0) {
    await sql`delete from account_link
      where installation_id = ${installationId} and person_id = any(${lost})`.execute(transaction)
  }
  if (changed.length === 0) return
  const links = jsonRows(changed.map(({ id, companyId, basis }) => ({ id, companyId, basis })))
  await sql`
    insert into account_link (installation_id, person_id, company_id, basis)
    select ${installationId}, id, "companyId", basis
    from jsonb_to_recordset(${links}::jsonb) as r(id text, "companyId" text, basis text)
    order by id
    on conflict (installation_id, person_id) do update
      set company_id = excluded.company_id, basis = excluded.basis`.execute(transaction)
}

/**
 * Replaces the domains of companies; null takes a company's away.
 * @returns every domain that a company has gained or lost
 */
export async function saveCompanyDomains(
  transaction: Db,
  installationId: string,
  companies: readonly { readonly id: string; readonly domain: string | null }[],
): Promise<readonly string[]> {
  if (companies.length === 0) return []
  const { rows } = await sql<{ domain: string }>`
    with given as (
      select * from jsonb_to_recordset(${jsonRows(companies)}::jsonb) as r(id text, domain text)),
    lost as (
      delete from company_domain d using given g
      where d.installation_id = ${installationId} and d.company_id = any(${companies.map(({ id }) => id)})
        and d.company_id = g.id and d.domain is distinct from g.domain
      returning d.domain),
    gained as (
      insert into company_domain (installation_id, company_id, domain)
      select ${installationId}, id, domain from given where domain is not null order by id
      on conflict do nothing
      returning domain)
    select domain from lost union select domain from gained`.execute(transaction)
  return rows.map(({ domain }) => domain)
}

/** What has happened to companies, as far as it can change whose account they are. */
export interface CompanyChanges {
  /** Live ones that were looked at: people may have been associated with them before they came. */
  readonly seen: readonly string[]
  /** With other facts than before, or gone. */
  readonly changed: readonly string[]
  /** That some company has gained or lost. */
  readonly domains: readonly string[]
}

/** The people whose account, or whose account's facts, such changes touch. */
export async function peopleTouchedBy(
  transaction: Db,
  installationId: string,
  { seen, changed, domains }: CompanyChanges,
): Promise<readonly string[]> {
  if (seen.length + changed.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select person_id as id from account_link
    where installation_id = ${installationId} and company_id = any(${[...changed]})
    union
    select person_id from person_key
    where installation_id = ${installationId} and kind = 'domain' and key = any(${[...domains]})
    union
    select p.id from person p
    where p.installation_id = ${installationId} and p.company_id = any(${[...seen]})
      and p.deleted_at is null and p.merged_into is null
      and p.company_id is distinct from (select l.company_id from account_link l
        where l.installation_id = p.installation_id and l.person_id = p.id and l.basis = 'association')`.execute(
    transaction,
  )
  return rows.map(({ id }) => id)
}
