import { type CrmError, CrmUnavailable } from '../../src/errors.ts'
import { CRM } from './api-version.ts'
import { RESULT_PAGE } from './bulk-costs.ts'
import { SalesforceRejected } from './errors.ts'
import type { Org } from './org.ts'
import type { JobPosition } from './position.ts'
import { type SalesforceRecord, toRecord } from './query.ts'
import type { Reading } from './reading.ts'
import { recordsWhere } from './select.ts'

/** How long one step waits for a job: longer the longer it works, and so that a worker's slice can end. */
const PAUSE_MS = { first: 1_000, longest: 8_000 } as const
/** Salesforce gives a query job up after so long, too. */
const LONGEST_JOB_MS = 30 * 60_000

/**
 * Begins reading all records that meet the conditions with one query job. Its results are asked for in the order of
 * ids; where Salesforce does not keep to it, the pages cover nothing.
 * @returns undefined where the org takes no such job
 */
export async function beginJob(
  org: Org,
  reading: Reading,
  where: readonly string[],
): Promise<Pick<JobPosition, 'job' | 'begunAt'> | undefined> {
  try {
    const job = await org.bulk.startQuery(recordsWhere(reading, { where, orderBy: ['Id'] }), true)
    return { job, begunAt: org.context.clock.now().getTime() }
  } catch (error) {
    if (!(error instanceof SalesforceRejected) || error.codes.has('INVALID_FIELD')) throw error
    warn(org, reading, error)
    return undefined
  }
}

interface JobResults {
  readonly records: readonly SalesforceRecord[]
  /** Where to go on; null at the end. */
  readonly locator: string | null
}

/** One page of a job's results; `lost` when it comes to nothing. */
export async function readJobPage(
  org: Org,
  reading: Reading,
  position: JobPosition,
): Promise<JobResults | 'working' | 'lost'> {
  const { job, locator } = position
  // Where there is a locator, the job is done.
  const standing = locator === undefined ? await look(org, position) : 'done'
  if (standing === 'working') return 'working'
  if (standing !== 'done') return await giveUp(org, reading, job, standing.lost)
  try {
    const { rows, next } = await org.bulk.queryPage(job, locator ?? null, RESULT_PAGE)
    if (next === null) await org.bulk.deleteQuery(job)
    return { records: rows.map((row) => toRecord(row)), locator: next }
  } catch (error) {
    if (!(error instanceof SalesforceRejected)) throw error
    return await giveUp(org, reading, job, error)
  }
}

/** Looks at a job, and waits a moment while it works. */
async function look(
  { bulk, context, sleep }: Org,
  { job, begunAt }: JobPosition,
): Promise<'done' | 'working' | { readonly lost: CrmError }> {
  const { state, reason } = await bulk.queryState(job)
  if (state === 'done') return 'done'
  if (state !== 'working') return { lost: new SalesforceRejected(400, reason, []) }
  const ageMs = context.clock.now().getTime() - begunAt
  if (ageMs >= LONGEST_JOB_MS)
    return { lost: new CrmUnavailable(CRM, 'The query job takes too long') }
  await sleep(Math.min(PAUSE_MS.first + ageMs / 2, PAUSE_MS.longest), context.signal)
  return 'working'
}

async function giveUp(org: Org, reading: Reading, job: string, error: CrmError): Promise<'lost'> {
  warn(org, reading, error)
  await org.bulk.deleteQuery(job)
  return 'lost'
}

function warn({ context }: Org, { object }: Reading, error: CrmError): void {
  context.log.warn({ crm: CRM, object, error }, 'a query job came to nothing; read by pages')
}
