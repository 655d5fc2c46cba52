import { sql } from 'kysely'
import { sameValue } from '../../jobs/same-value.ts'
import type { AccountPerson } from '../../src/scoring/accounts/account-result.ts'
import type { Db } from '../../src/store/database.ts'
import {
  expectCompany,
  expectPerson,
  knownOf,
  type LiveModel,
  liveModel,
  type Subject,
  subjectOf,
} from './expected.ts'
import type { Carried, TrueCompany, Truth } from './truth.ts'
import type { CrmStage, WorkDone } from './types.ts'

/** What one look at a stage came to. */
export interface Findings {
  readonly checked: Readonly<Record<string, number>>
  readonly complaints: readonly string[]
}

/** Moments of the current scores (ms), and who waits because they were written too often. */
interface Stored {
  readonly people: ReadonlyMap<string, number>
  readonly companies: ReadonlyMap<string, number>
  readonly held: ReadonlySet<string>
}

/**
 * Compares what every live record carries with what its CRM's own records come to.
 * Left out, and counted: those that others were merged into, because HubSpot keeps no trace of what the others
 * did, with their accounts; and those that wait because they were written too often.
 */
export async function judgeRecords(
  db: Db,
  stage: CrmStage,
  truth: Truth,
  { winners }: WorkDone,
): Promise<Findings> {
  const model = await liveModel(db, stage.installationId)
  const stored = await readStored(db, stage.installationId)
  const known = knownOf(truth)
  const subjects = truth.people.map((person) => subjectOf(person, known))
  const judged = subjects.map((subject) => judgePerson(model, subject, stored))
  const members = new Map<string, AccountPerson[]>()
  for (const { companyId, member } of judged) {
    if (companyId !== null && member)
      members.set(companyId, [...(members.get(companyId) ?? []), member])
  }
  const ofWinners = new Set(
    judged.filter(({ id }) => winners.has(id)).map((each) => each.companyId),
  )
  const people = judged.filter(({ id }) => !winners.has(id) && !stored.held.has(id))
  const companies = truth.companies.filter(({ id }) => !ofWinners.has(id) && !stored.held.has(id))
  return {
    checked: {
      people: people.length,
      companies: companies.length,
      unjudged: truth.people.length - people.length + truth.companies.length - companies.length,
    },
    complaints: [
      ...people.flatMap(({ complaints }) => complaints),
      ...companies.flatMap((company) =>
        judgeCompany(model, company, members.get(company.id) ?? [], stored),
      ),
    ],
  }
}

interface Judged {
  readonly id: string
  readonly companyId: string | null
  readonly member: AccountPerson | null
  readonly complaints: readonly string[]
}

function judgePerson(model: LiveModel, subject: Subject, stored: Stored): Judged {
  const { id, companyId, carried } = subject
  const at = stored.people.get(id)
  if (at === undefined || carried['plumbline_scored_at'] === '') {
    return { id, companyId, member: null, complaints: [`${id} was never scored or written`] }
  }
  const { values, result, member } = expectPerson(model, subject, new Date(at))
  const then = differences(id, carried, values)
  // What came after the last scoring shows only now; what time alone changes is written at night.
  const now = Math.max(Date.now(), at)
  const rests = result.nextChangeAt === null || Date.parse(result.nextChangeAt) > now
  const since =
    then.length === 0 && rests
      ? differences(id, carried, expectPerson(model, subject, new Date(now)).values)
      : []
  return { id, companyId, member, complaints: [...then, ...since] }
}

function judgeCompany(
  model: LiveModel,
  company: TrueCompany,
  people: readonly AccountPerson[],
  stored: Stored,
): readonly string[] {
  const { id, carried } = company
  const at = stored.companies.get(id)
  if (at === undefined) return model.accounts ? [`company ${id} was never scored`] : []
  return differences(`company ${id}`, carried, expectCompany(model, company, people, new Date(at)))
}

function differences(who: string, carried: Carried, expected: Carried): readonly string[] {
  return Object.entries(expected)
    .filter(([name, value]) => !sameValue(carried[name] ?? '', value))
    .map(([name, value]) => `${who} ${name}: has "${carried[name]}", expected "${value}"`)
}

async function readStored(db: Db, installationId: string): Promise<Stored> {
  const { rows: people } = await sql<{ id: string; at: Date }>`
    select person_id as id, as_of as at from score where installation_id = ${installationId}`.execute(
    db,
  )
  const { rows: companies } = await sql<{ id: string; at: Date }>`
    select company_id as id, as_of as at from account_score
    where installation_id = ${installationId}`.execute(db)
  const { rows: held } = await sql<{ id: string }>`
    select subject_id as id from written
    where installation_id = ${installationId} and held_until > now()`.execute(db)
  const moments = (rows: readonly { id: string; at: Date }[]) =>
    new Map(rows.map(({ id, at }) => [id, at.getTime()]))
  return {
    people: moments(people),
    companies: moments(companies),
    held: new Set(held.map(({ id }) => id)),
  }
}
