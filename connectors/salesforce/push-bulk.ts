import { CrmUnavailable } from '../../src/errors.ts'
import { CRM } from './api-version.ts'
import { csvOf, type Row } from './bulk-csv.ts'
import type { SubjectObject } from './definitions.ts'
import { type SalesforceProblem, SalesforceRejected } from './errors.ts'
import { to18 } from './ids.ts'
import type { Org } from './org.ts'
import { type Answers, type Sent, sentOf } from './push-send.ts'
import type { Prepared } from './push-values.ts'

/** A job that is not done by then is left for later: Salesforce has other things to do. */
const PATIENCE_MS = 5 * 60_000

/** Writes records of one object with a Bulk API 2.0 job; never leads (push-plan.ts). */
export async function sendBulk(
  org: Org,
  sObject: SubjectObject,
  records: readonly Prepared[],
): Promise<Sent> {
  const answers = new Map<string, readonly SalesforceProblem[]>()
  try {
    for (const csv of csvOf(records.map(rowOf))) {
      for (const [id, problems] of await runJob(org, sObject, csv, records))
        answers.set(id, problems)
    }
    return { as: 'answered', answers }
  } catch (error) {
    return sentOf(error)
  }
}

function rowOf({ id, fields }: Prepared): Readonly<Record<string, string | null>> {
  const cells = Object.entries(fields).map(([name, value]) => [
    name,
    value === null ? null : String(value),
  ])
  return { Id: id, ...Object.fromEntries(cells) }
}

/** A job that failed as a whole counts as a refusal: other ways of writing say why. */
async function runJob(
  org: Org,
  sObject: SubjectObject,
  csv: string,
  records: readonly Prepared[],
): Promise<Answers> {
  const { bulk } = org
  const jobId = await bulk.startUpdate(sObject)
  try {
    await bulk.upload(jobId, csv)
    await bulk.close(jobId)
    const { state, reason } = await bulk.settle(() => bulk.updateState(jobId), PATIENCE_MS)
    if (state === 'working') throw new CrmUnavailable(CRM, 'The bulk job took too long')
    if (state !== 'done') throw new SalesforceRejected(400, `The bulk job failed: ${reason}`, [])
    const answers = answersOf(records, await bulk.updateResults(jobId))
    await quietly(org, () => bulk.deleteUpdate(jobId))
    return answers
  } catch (error) {
    await quietly(org, () => bulk.abort(jobId))
    throw error
  }
}

/** Salesforce forgets jobs by itself after a week; tidying up must not cost the outcome. */
async function quietly({ context }: Org, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    context.log.warn({ crm: CRM, error }, 'a bulk job was left behind')
  }
}

/** Rows that were never tried are not in it. */
function answersOf(
  records: readonly Prepared[],
  { successful, failed }: { successful: readonly Row[]; failed: readonly Row[] },
): Answers {
  const asked = new Map(records.map(({ id }) => [to18(id), id]))
  const idOf = (row: Row) => asked.get(to18(row['sf__Id'] || row['Id'] || ''))
  const answers = new Map<string, readonly SalesforceProblem[]>()
  for (const row of successful) {
    const id = idOf(row)
    if (id !== undefined) answers.set(id, [])
  }
  for (const row of failed) {
    const id = idOf(row)
    if (id !== undefined) answers.set(id, [problemIn(row['sf__Error'] ?? '')])
  }
  return answers
}

/** `CODE:message:fields --`; the message may hold colons of its own. */
function problemIn(error: string): SalesforceProblem {
  const [, code = 'UNKNOWN', message = ''] = /^([A-Z_]+):(.*)$/s.exec(error) ?? []
  const said = message.replace(/:[^:]*--\s*$/, '')
  return { code, message: said || error || 'Salesforce gave no reason', fields: [] }
}
