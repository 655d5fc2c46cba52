import { z } from 'zod'
import type { CrmRateLimited, CrmUnavailable } from '../../src/errors.ts'
import { isTransient } from '../push-parts.ts'
import type { SubjectObject } from './definitions.ts'
import { recordErrors, type SalesforceProblem, SalesforceRejected } from './errors.ts'
import { to18 } from './ids.ts'
import type { Org } from './org.ts'
import type { Prepared } from './push-values.ts'
import { ErrorItems } from './schema.ts'

/** What was said about each record by id; no problems: written. About whom nothing was said is not in it. */
export type Answers = ReadonlyMap<string, readonly SalesforceProblem[]>

/** What became of sending records: answered, put off, or refused as a whole. */
export type Sent =
  | { readonly as: 'answered'; readonly answers: Answers }
  | { readonly as: 'late'; readonly error: CrmRateLimited | CrmUnavailable }
  | { readonly as: 'refused'; readonly refusal: SalesforceRejected }

/** @throws what neither passes by itself nor says anything about the records */
export function sentOf(error: unknown): Sent {
  if (isTransient(error)) return { as: 'late', error }
  if (error instanceof SalesforceRejected) return { as: 'refused', refusal: error }
  throw error
}

const HEADERS = {
  // TRUE where nothing is said: every score would run the assignment rules and move owners.
  'Sforce-Auto-Assign': 'FALSE',
  // Duplicate rules look at edits, too; those that only alert let this pass.
  'Sforce-Duplicate-Rule-Header': 'allowSave=true',
}

const Results = z.array(
  z.object({ id: z.string().nullish(), success: z.boolean(), errors: ErrorItems.nullish() }),
)
type Result = z.infer<typeof Results>[number]

/** Writes records of one object, 200 at the most; each for itself. */
export async function sendCollection(
  { client }: Org,
  sObject: SubjectObject,
  batch: readonly Prepared[],
): Promise<Sent> {
  const attributes = { type: sObject }
  const records = batch.map(({ id, fields }) => ({ attributes, id, ...fields }))
  try {
    const results = await client.call({
      method: 'PATCH',
      path: '/composite/sobjects',
      headers: HEADERS,
      body: { allOrNone: false, records },
      answer: Results,
    })
    return { as: 'answered', answers: answersOf(batch, results) }
  } catch (error) {
    return sentOf(error)
  }
}

/**
 * Results come in the order of the records. One that names another record, or a list of another length, is not to be
 * trusted by place: then only what carries its id counts.
 */
function answersOf(batch: readonly Prepared[], results: readonly Result[]): Answers {
  const answers = new Map<string, readonly SalesforceProblem[]>()
  const isWhole = results.length === batch.length
  const asked = new Map(batch.map(({ id }) => [to18(id), id]))
  for (const [at, result] of results.entries()) {
    const placed = isWhole ? batch[at]?.id : undefined
    const id = result.id ? asked.get(to18(result.id)) : placed
    if (id === undefined || (placed !== undefined && id !== placed)) continue
    answers.set(id, result.success ? [] : problemsOf(result))
  }
  return answers
}

function problemsOf({ errors }: Result): readonly SalesforceProblem[] {
  const problems = recordErrors(errors ?? [])
  return problems.length > 0
    ? problems
    : [{ code: 'UNKNOWN', message: 'Salesforce gave no reason', fields: [] }]
}
