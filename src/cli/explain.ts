import { UserError } from '../errors.ts'
import type { SubjectKind } from '../leads/facts.ts'
import { explainAccount } from '../scoring/accounts/explain-account.ts'
import { explainResult } from '../scoring/explain.ts'
import { accountResult } from '../store/account-scores.ts'
import type { Db } from '../store/database.ts'
import {
  type FoundCompany,
  type FoundPerson,
  findCompanies,
  findPeople,
} from '../store/overview.ts'
import { openOverwrites } from '../store/overwrites.ts'
import { receiptIdentity } from '../store/receipt-identity.ts'
import { latestReceipt } from '../store/scores.ts'
import { readSettings } from '../store/settings.ts'
import { companyNameOf } from './accounts-table.ts'
import { withDatabase } from './connect.ts'
import { identityLines } from './identity-lines.ts'
import { nameOf } from './leads-table.ts'
import { overwriteLines } from './overwrite-words.ts'
import { bold, print, safe } from './terminal.ts'

/** Why a person or a company has the score they have, from the receipt of their last scoring. */
export function explain(name: string, options: { data: string; json: boolean }): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const people = await explainPeople(db, await findPeople(db, name))
    const companies = await explainCompanies(db, await findCompanies(db, name))
    if (people.length + companies.length === 0) {
      throw new UserError(
        `No person has the record id or e-mail address "${name}", and no company that record id or domain. "leads" and "accounts" list them with their ids.`,
      )
    }
    if (options.json) return print(JSON.stringify([...people, ...companies]))
    for (const person of people) printPerson(person)
    for (const company of companies) printCompany(company)
  })
}

function explainPeople(db: Db, found: readonly FoundPerson[]) {
  return Promise.all(
    found.map(async (person) => ({
      kind: 'person' as const,
      ...person,
      identity: await receiptIdentity(db, person.installationId, person.id),
      overwritten: await overwritten(db, person, 'person'),
      result: await latestReceipt(db, person.installationId, person.id),
    })),
  )
}

function explainCompanies(db: Db, found: readonly FoundCompany[]) {
  return Promise.all(
    found.map(async (company) => ({
      kind: 'company' as const,
      ...company,
      overwritten: await overwritten(db, company, 'company'),
      result: await accountResult(db, company.installationId, company.id),
    })),
  )
}

/** One sentence per field of the record that somebody changed in the CRM. */
async function overwritten(
  db: Db,
  { installationId, id }: FoundCompany,
  kind: SubjectKind,
): Promise<readonly string[]> {
  const found = await openOverwrites(db, installationId, { limit: 20, subject: { kind, id } })
  if (found.length === 0) return []
  return overwriteLines((await readSettings(db, installationId)).overwrites, found)
}

type Explained<Kind extends typeof explainPeople | typeof explainCompanies> = Awaited<
  ReturnType<Kind>
>[number]

function printPerson(person: Explained<typeof explainPeople>): void {
  const { crm, accountId, id, facts, companyName, identity, overwritten, result } = person
  const at = companyName ? `, ${companyName}` : ''
  const head = `${bold(safe(`${nameOf(facts)}${at}`))} (${crm} ${accountId}, record ${id})`
  printLines(head, result && [...identityLines(identity), ...overwritten, ...explainResult(result)])
}

function printCompany(company: Explained<typeof explainCompanies>): void {
  const { crm, accountId, id, facts, overwritten, result } = company
  const head = `${bold(safe(companyNameOf(facts)))} (${crm} ${accountId}, company record ${id})`
  printLines(head, result && [...overwritten, ...explainAccount(result)])
}

function printLines(head: string, lines: readonly string[] | null): void {
  print(head)
  for (const line of lines ?? ['Not scored yet.']) print(`  ${safe(line)}`)
}
