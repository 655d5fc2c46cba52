import { CrmRejected, messageOf } from '../../src/errors.ts'
import type { Log } from '../../src/log.ts'
import type { Write, WriteOutcome } from '../connector.ts'
import { inParallel } from '../parallel.ts'
import { isTransient, rejected, retry } from '../push-parts.ts'
import { CRM } from './api-version.ts'
import type { HubspotClient } from './client.ts'
import { batchRefusal } from './errors.ts'
import { type BatchError, ObjectId, type UpdateAnswer } from './schema.ts'

/** How the records of one push are asked for. */
interface Asking {
  readonly client: HubspotClient
  readonly log: Log
  /** Of the kind's objects. */
  readonly path: string
}

/** What an answered batch says of each write. Errors are matched by id, never by place: HubSpot keeps no order. */
export async function outcomesOf(
  asking: Asking,
  batch: readonly Write[],
  answer: UpdateAnswer,
): Promise<readonly WriteOutcome[]> {
  const asked = new Set(batch.map((write) => write.subject.id))
  const written = new Set(answer.results.map((result) => result.id))
  const strangers = written.difference(asked).size
  if (strangers > 0) {
    asking.log.warn({ crm: CRM, strangers }, 'write answer for records not written')
  }
  const errors = errorsById(answer)
  return inParallel(batch, 1, async (write): Promise<WriteOutcome> => {
    const { id } = write.subject
    if (written.has(id)) return { id, status: 'written' }
    const error = errors.get(id)
    if (!error || error.category === 'OBJECT_NOT_FOUND') return whereabouts(asking, id)
    const reason = batchRefusal(error)
    return PASSING.includes(error.category ?? '') ? retry(write, reason) : rejected(write, reason)
  })
}

/** Failures of a single record that say nothing about the record. */
const PASSING = ['RATE_LIMITS', 'INTERNAL_ERROR']

function errorsById(answer: UpdateAnswer): ReadonlyMap<string, BatchError> {
  const errors = new Map<string, BatchError>()
  for (const error of answer.errors ?? []) {
    for (const id of error.context?.['ids'] ?? []) errors.set(id, error)
  }
  return errors
}

/** Where a record is that the batch did not write: a merged id is answered with the survivor's. */
export async function whereabouts({ client, path }: Asking, id: string): Promise<WriteOutcome> {
  try {
    const found = await client.call({
      method: 'GET',
      path: `${path}/${encodeURIComponent(id)}`,
      query: { properties: 'hs_object_id' },
      answer: ObjectId,
    })
    if (found.id !== id) return { id, status: 'moved', to: found.id }
    return { id, status: 'retry', reason: 'HubSpot has the record but did not say it was written' }
  } catch (error) {
    if (error instanceof CrmRejected && error.status === 404) return { id, status: 'gone' }
    if (isTransient(error)) return { id, status: 'retry', reason: messageOf(error) }
    throw error
  }
}
