import { UserError } from '../errors.ts'
import { explainResult } from '../scoring/explain.ts'
import type { Result } from '../scoring/result.ts'
import { type FoundPerson, findPeople } from '../store/overview.ts'
import { latestReceipt } from '../store/scores.ts'
import { withDatabase } from './connect.ts'
import { nameOf } from './leads-table.ts'
import { bold, print, safe } from './terminal.ts'

/** Why a person has the score they have, from the receipt of their last scoring. */
export function explain(
  idOrEmail: string,
  options: { data: string; json: boolean },
): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const found = await findPeople(db, idOrEmail)
    if (found.length === 0) {
      throw new UserError(
        `Nobody has the record id or e-mail address "${idOrEmail}". "leads" lists people with their ids.`,
      )
    }
    const explained = await Promise.all(
      found.map(async (person) => ({
        ...person,
        result: await latestReceipt(db, person.installationId, person.id),
      })),
    )
    if (options.json) return print(JSON.stringify(explained))
    for (const person of explained) printExplained(person)
  })
}

function printExplained(person: FoundPerson & { result: Result | null }): void {
  const { crm, accountId, id, facts, companyName, result } = person
  const at = companyName ? `, ${companyName}` : ''
  print(`${bold(safe(`${nameOf(facts)}${at}`))} (${crm} ${accountId}, record ${id})`)
  const lines = result ? explainResult(result) : ['Not scored yet.']
  for (const line of lines) print(`  ${safe(line)}`)
}
