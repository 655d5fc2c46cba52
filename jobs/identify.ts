import { businessDomain, companyDomain, identityKeys } from '../src/enrichment/identity.ts'
import {
  type CompanyChanges,
  type LinkedAccount,
  linkAccounts,
  saveCompanyDomains,
} from '../src/store/account-links.ts'
import type { Db } from '../src/store/database.ts'
import type { MirroredPerson, MirroredSubject } from '../src/store/fact-versions.ts'
import { forgetPeople, type PersonKey, savePersonKeys } from '../src/store/identity.ts'

/**
 * Keeps what people are known by, and whose account each of them is.
 * @param ids everybody to look at
 * @param live those among them who are alive; the others are forgotten
 */
export async function identifyPeople(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
  live: readonly MirroredPerson[],
): Promise<{
  readonly gone: readonly string[]
  readonly accounts: ReadonlyMap<string, LinkedAccount>
}> {
  const gone = withoutLive(ids, live)
  await forgetPeople(transaction, installationId, gone)
  const people = live.map((each) => ({ ...each, domain: businessDomain(each.facts) ?? null }))
  const linked = await linkAccounts(transaction, installationId, people)
  const accounts = new Map(linked.map((account) => [account.id, account]))
  const known = people.map(({ id, facts, domain }) => {
    const associated = accounts.get(id)?.basis === 'association'
    // Only who may be linked by domain must be found when a company with that domain comes or goes.
    const waiting: PersonKey[] =
      domain === null || associated ? [] : [{ kind: 'domain', key: domain }]
    return { id, keys: [...identityKeys(facts), ...waiting] }
  })
  await savePersonKeys(transaction, installationId, known)
  return { gone, accounts }
}

/** Keeps the domains by which companies find their people. Parameters as for `identifyPeople`. */
export async function identifyCompanies(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
  live: readonly MirroredSubject[],
): Promise<Pick<CompanyChanges, 'seen' | 'domains'> & { readonly gone: readonly string[] }> {
  const gone = withoutLive(ids, live)
  const domains = await saveCompanyDomains(transaction, installationId, [
    ...gone.map((id) => ({ id, domain: null })),
    ...live.map(({ id, facts }) => ({ id, domain: companyDomain(facts) ?? null })),
  ])
  return { gone, seen: live.map(({ id }) => id), domains }
}

function withoutLive(ids: readonly string[], live: readonly MirroredSubject[]): readonly string[] {
  const alive = new Set(live.map(({ id }) => id))
  return ids.filter((id) => !alive.has(id))
}
