import { z } from 'zod'
import type { Write, WriteOutcome } from '../connector.ts'
import { isTransient, rejected, retry, retryAll } from '../push-parts.ts'
import type { SubjectObject } from './definitions.ts'
import { type SalesforceProblem, SalesforceRejected } from './errors.ts'
import { recordsById } from './id-query.ts'
import { to18 } from './ids.ts'
import type { Org } from './org.ts'
import type { Prepared } from './push-values.ts'
import { reasonFor } from './refusals.ts'

/** A record that Salesforce did not write, and why. */
export interface Refused {
  readonly write: Write
  readonly problems: readonly SalesforceProblem[]
}

const Whereabouts = z.object({
  Id: z.string(),
  IsDeleted: z.boolean(),
  MasterRecordId: z.string().nullish(),
  IsConverted: z.boolean().nullish(),
  ConvertedContactId: z.string().nullish(),
})
type Whereabouts = z.infer<typeof Whereabouts>

const FIELDS = ['Id', 'IsDeleted', 'MasterRecordId']
const LEAD_FIELDS = [...FIELDS, 'IsConverted', 'ConvertedContactId']

/** Where records are that could not be written because they are no more what they were; one query for all. */
export async function whereabouts(
  org: Org,
  sObject: SubjectObject,
  refused: readonly Refused[],
): Promise<readonly WriteOutcome[]> {
  if (refused.length === 0) return []
  const writes = refused.map(({ write }) => write)
  const fields = sObject === 'Lead' ? LEAD_FIELDS : FIELDS
  try {
    const ids = writes.map(({ subject }) => subject.id)
    const rows = await recordsById(org, { sObject, fields, row: Whereabouts }, ids)
    const found = new Map(rows.map((row) => [to18(row.Id), row]))
    return refused.map((each) => placeOf(each, found.get(to18(each.write.subject.id))))
  } catch (error) {
    if (isTransient(error)) return retryAll(writes, error)
    if (!(error instanceof SalesforceRejected)) throw error
    return writes.map((write) => rejected(write, error.message))
  }
}

/** Who is not found was purged from the recycle bin. */
function placeOf({ write, problems }: Refused, found: Whereabouts | undefined): WriteOutcome {
  const { id } = write.subject
  if (!found) return { id, status: 'gone' }
  const to = to18((found.IsDeleted ? found.MasterRecordId : found.ConvertedContactId) ?? '')
  if (to !== undefined) return { id, status: 'moved', to }
  if (found.IsDeleted || found.IsConverted) return { id, status: 'gone' }
  return retry(write, `Salesforce has the record, but: ${reasonFor(problems)}`)
}

/**
 * One outcome per record, from what was prepared and what became of what could be sent: values that could not be are
 * told, although the others are written.
 */
export function withLosses(
  batch: readonly Write[],
  prepared: readonly Prepared[],
  sent: readonly WriteOutcome[],
): readonly WriteOutcome[] {
  const outcomes = new Map(sent.map((outcome) => [outcome.id, outcome]))
  return batch.map((write, at) => {
    const lost = prepared[at]?.lost ?? []
    const outcome = outcomes.get(write.subject.id)
    const stands = outcome && (outcome.status !== 'written' || lost.length === 0)
    return stands ? outcome : rejected(write, [...new Set(lost)].join('. '))
  })
}
