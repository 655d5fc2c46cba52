import { z } from 'zod'
import { chunks } from '../chunks.ts'
import type { RerouteOutcome } from '../connector.ts'
import { recordErrors, type SalesforceProblem } from './errors.ts'
import { idsByObject, recordsById } from './id-query.ts'
import type { Org } from './org.ts'
import { classOf, reasonFor } from './refusals.ts'
import { ErrorItem, ErrorItems } from './schema.ts'

const PATH = '/actions/standard/invocableApplyLeadAssignmentRules'
/** Leads of one call. */
const LEADS_AT_ONCE = 20
/** Before leads are asked for again that were locked. */
const PAUSES_MS = [1_000, 4_000] as const

/** Of one lead; without `isSuccess` it is a reason why the whole call was refused. */
const Result = ErrorItem.extend({
  isSuccess: z.boolean().optional(),
  errors: ErrorItems.nullish(),
})
type Result = z.infer<typeof Result>

const Living = z.object({ Id: z.string(), IsDeleted: z.boolean(), IsConverted: z.boolean() })
const LIVING = { sObject: 'Lead', fields: ['Id', 'IsDeleted', 'IsConverted'], row: Living }

/**
 * Has the org's active assignment rule choose the owners of leads anew; one outcome per person. Contacts and leads
 * that are none any more are passed over. No call is repeated by itself: a rule that takes turns would move on.
 */
export async function reroute(
  org: Org,
  personIds: readonly string[],
): Promise<readonly RerouteOutcome[]> {
  const leads = await openLeads(org, personIds)
  const outcomes: RerouteOutcome[] = personIds
    .filter((id) => !leads.includes(id))
    .map((id) => ({ id, status: 'passed over' }))
  for (const some of chunks(leads, LEADS_AT_ONCE)) outcomes.push(...(await applyRules(org, some)))
  return outcomes
}

/** Asked first, because one lead that is gone may fail the call for the nineteen others. */
async function openLeads(org: Org, personIds: readonly string[]): Promise<readonly string[]> {
  const ids = idsByObject(personIds, ['Lead']).get('Lead') ?? []
  const records = ids.length > 0 ? await recordsById(org, LIVING, ids) : []
  const open = new Set(
    records.flatMap(({ Id, IsDeleted, IsConverted }) => (IsDeleted || IsConverted ? [] : [Id])),
  )
  return ids.filter((id) => open.has(id))
}

/** Leads that somebody else had locked are asked for again after a pause, without the others. */
async function applyRules(
  org: Org,
  leads: readonly string[],
  round = 0,
): Promise<readonly RerouteOutcome[]> {
  const answers = answersFor(leads, await ask(org, leads))
  const pauseMs = PAUSES_MS[round]
  const again = pauseMs === undefined ? [] : leads.filter((id) => isPassing(answers.get(id)))
  const settled = leads.filter((id) => !again.includes(id))
  const outcomes = settled.map((id) => outcomeOf(id, answers.get(id)))
  if (pauseMs === undefined || again.length === 0) return outcomes
  await org.sleep(pauseMs * (1 + Math.random()), org.context.signal)
  return [...outcomes, ...(await applyRules(org, again, round + 1))]
}

/** What was said of each lead; no problems: its owner was chosen. */
type Answers = ReadonlyMap<string, readonly SalesforceProblem[]>

function answersFor(leads: readonly string[], results: readonly Result[]): Answers {
  const refusals = results.filter(({ isSuccess }) => isSuccess === undefined)
  if (refusals.length > 0) return new Map(leads.map((id) => [id, recordErrors(refusals)]))
  return new Map(
    leads.flatMap((id, at) => {
      const result = results[at]
      return result ? [[id, result.isSuccess ? [] : problemsOf(result)] as const] : []
    }),
  )
}

function problemsOf({ errors }: Result): readonly SalesforceProblem[] {
  return recordErrors(errors?.length ? errors : [{}])
}

function isPassing(problems: readonly SalesforceProblem[] = []): boolean {
  return ['locked', 'passing'].includes(classOf(problems))
}

/** Where some of the leads fail, the answer is 400 with a result for each all the same. */
function ask({ client }: Org, leads: readonly string[]): Promise<readonly Result[]> {
  return client.call({
    method: 'POST',
    path: PATH,
    body: { inputs: leads.map((leadId) => ({ leadId })) },
    repeatable: false,
    alsoGood: [400],
    answer: z.array(Result),
  })
}

function outcomeOf(id: string, problems: readonly SalesforceProblem[] | undefined): RerouteOutcome {
  if (!problems) return { id, status: 'rejected', reason: 'Salesforce said nothing about it' }
  if (problems.length === 0) return { id, status: 'rerouted' }
  if (classOf(problems) === 'over') return { id, status: 'passed over' }
  return { id, status: 'rejected', reason: reasonFor(problems) }
}
