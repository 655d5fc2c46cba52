import { UserError } from '../errors.ts'
import type { Attribution } from '../scoring/history/attribution.ts'
import { explainAttribution } from '../scoring/history/explain-attribution.ts'
import type { Db } from '../store/database.ts'
import { type FoundPerson, findPeople } from '../store/overview.ts'
import { withDatabase } from './connect.ts'
import { nameOf } from './leads-table.ts'
import { attributePerson } from './replay-history.ts'
import { bold, print, safe } from './terminal.ts'

export interface WhyOptions {
  readonly since: Date
  readonly data: string
  readonly json: boolean
}

/** Why a person's score is another one than it was at a moment in the past, taken apart exactly. */
export function why(idOrEmail: string, options: WhyOptions): Promise<void> {
  const now = new Date()
  if (options.since > now) {
    throw new UserError(`${options.since.toISOString()} lies ahead; name a moment in the past`)
  }
  return withDatabase(options.data, async (db) => {
    const answers = await answersFor(db, idOrEmail, options.since, now)
    if (options.json) return print(JSON.stringify(answers))
    for (const answer of answers) printAnswer(answer)
  })
}

interface Answer {
  readonly crm: string
  readonly accountId: string
  readonly id: string
  readonly name: string
  readonly since: string
  readonly attribution: Attribution
  /** What must be known to read it right. */
  readonly notes: readonly string[]
}

async function answersFor(
  db: Db,
  idOrEmail: string,
  since: Date,
  now: Date,
): Promise<readonly Answer[]> {
  const found = await findPeople(db, idOrEmail)
  if (found.length === 0) {
    throw new UserError(
      `Nobody has the record id or e-mail address "${idOrEmail}". "leads" lists people with their ids.`,
    )
  }
  const answers: Answer[] = []
  for (const person of found) answers.push(...(await answerFor(db, person, since, now)))
  if (answers.length > 0) return answers
  throw new UserError(
    `Record ${found.map(({ id }) => id).join(', ')} is deleted or merged into another one in the CRM, or not enriched yet: there is no score to explain.`,
  )
}

async function answerFor(
  db: Db,
  { installationId, crm, accountId, id, facts }: FoundPerson,
  since: Date,
  now: Date,
): Promise<Answer[]> {
  const attributed = await attributePerson(db, installationId, id, since, now)
  if (attributed === null) return []
  const name = nameOf(facts)
  return [{ crm, accountId, id, name, since: since.toISOString(), ...attributed }]
}

function printAnswer({ crm, accountId, id, name, attribution, notes }: Answer): void {
  print(`${bold(safe(name))} (${crm} ${accountId}, record ${id})`)
  for (const line of [...explainAttribution(attribution), ...notes]) print(`  ${safe(line)}`)
}
