import { personName } from '../leads/person-name.ts'
import type { Db } from '../store/database.ts'
import {
  type AmbiguousDomain,
  ambiguousDomains,
  type DuplicateBasis,
  type DuplicateRule,
  type Duplicates,
  duplicateRule,
  duplicates,
  peopleShown,
} from '../store/duplicates.ts'
import type { Installation } from '../store/installations.ts'
import { basisWords } from './identity-lines.ts'
import { count, plural } from './terminal.ts'

export const RULE_WORDS: Readonly<Record<DuplicateRule, string>> = {
  report: 'duplicates are only reported; each record is scored by itself',
  email: 'records with the same e-mail address are scored as one person',
  email_and_name:
    'records with the same e-mail address, or the same name and e-mail domain, are scored as one person',
}

/** One record of somebody who has several. */
interface DuplicateRecord {
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly company: string | null
}

/** What an installation's records say about who is who. Counts are of all, lists end at the limit. */
interface DuplicatesReport {
  readonly crm: string
  readonly accountId: string
  readonly rule: DuplicateRule
  readonly people: number
  readonly records: number
  readonly groups: readonly {
    readonly basis: readonly DuplicateBasis[]
    readonly people: readonly DuplicateRecord[]
  }[]
  readonly tooLarge: readonly {
    readonly basis: readonly DuplicateBasis[]
    readonly records: number
    readonly example: string | undefined
  }[]
  readonly ambiguousDomains: readonly AmbiguousDomain[]
}

/** Looks for an installation's duplicates and for domains that several companies have. */
export async function reportDuplicates(
  db: Db,
  { id, crm, accountId }: Installation,
  limit: number,
): Promise<DuplicatesReport> {
  const { groups, tooLarge } = await duplicates(db, id)
  const domains = await ambiguousDomains(db, id)
  return {
    crm,
    accountId,
    rule: await duplicateRule(db, id),
    people: groups.length,
    records: groups.reduce((sum, { ids }) => sum + ids.length, 0),
    groups: await withNames(db, id, groups.slice(0, limit)),
    tooLarge: tooLarge
      .slice(0, limit)
      .map(({ basis, ids }) => ({ basis, records: ids.length, example: ids[0] })),
    ambiguousDomains: domains.slice(0, limit),
  }
}

async function withNames(
  db: Db,
  installationId: string,
  groups: readonly Duplicates[],
): Promise<DuplicatesReport['groups']> {
  const ids = groups.flatMap((group) => group.ids)
  const shown = (await peopleShown(db, installationId, ids)).map(
    ({ id, facts, companyName }): [string, DuplicateRecord] => {
      const email = facts['email']
      const address = typeof email === 'string' ? email : null
      return [id, { id, name: personName(facts), email: address, company: companyName }]
    },
  )
  const byId = new Map(shown)
  return groups.map((group) => ({
    basis: group.basis,
    people: group.ids.flatMap((id) => byId.get(id) ?? []),
  }))
}

/** The report for a terminal. */
export function reportLines(report: DuplicatesReport): readonly string[] {
  const { rule, people, records, groups, tooLarge } = report
  const left = people - groups.length
  const advise = rule === 'report' && people > 0
  return [
    `Rule: ${RULE_WORDS[rule]}`,
    `${plural(people, 'person', 'people')} with several records, ${count(records)} records in all`,
    ...groups.flatMap(groupLines),
    ...(left > 0 ? [`… and ${count(left)} more; --limit shows them`] : []),
    ...tooLarge.map(
      ({ basis, records: n, example }) =>
        `${count(n)} records with the ${basisWords(basis)}, such as ${example}: too many for one person, never scored as one`,
    ),
    ...report.ambiguousDomains.map(domainLine),
    ...(advise ? ['To score them as one person: plumbline duplicates --score-as-one email'] : []),
  ]
}

function groupLines({ basis, people }: DuplicatesReport['groups'][number]): readonly string[] {
  const lines = people.map(({ id, name, email, company }) =>
    [`record ${id}`, name, email, company].filter((part) => part !== null).join(', '),
  )
  return [`${basisWords(basis)}:`, ...lines.map((line) => `  ${line}`)]
}

function domainLine({ domain, companies, people }: AmbiguousDomain): string {
  const names = companies.map(({ id, name }) => `${name ?? 'no name'} (${id})`).join(', ')
  return `${plural(people, 'person', 'people')} at ${domain} without an account: it is the domain of ${names}`
}
