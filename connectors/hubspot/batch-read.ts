import { inParallel } from '../parallel.ts'
import { HUBSPOT_API_VERSION } from './api-version.ts'
import type { HubspotClient } from './client.ts'
import { BATCH, BATCHES_IN_FLIGHT } from './limits.ts'
import type { ObjectType } from './properties.ts'
import { type CrmObject, ReadAnswer } from './schema.ts'

/**
 * Any number of distinct records by id. One that is gone is not among them; one that was merged comes as its
 * survivor, under the survivor's id and once only. Associations do not come along.
 */
export async function readRecords(
  client: HubspotClient,
  object: ObjectType | 'tasks',
  ids: readonly string[],
  properties: readonly string[],
): Promise<readonly CrmObject[]> {
  const batches = inBatches(ids, BATCH)
  const answers = await inParallel(batches, BATCHES_IN_FLIGHT, (batch) =>
    client.call({
      method: 'POST',
      path: `/crm/objects/${HUBSPOT_API_VERSION}/${object}/batch/read`,
      // The client's model asks for a list of properties with history, if only an empty one.
      body: { inputs: batch.map((id) => ({ id })), properties, propertiesWithHistory: [] },
      answer: ReadAnswer,
    }),
  )
  const records = answers.flatMap(({ results }) => results)
  return [...new Map(records.map((record) => [record.id, record])).values()]
}

/** The same records with these properties, where a list or search could not hold so many names. */
export async function withProperties(
  client: HubspotClient,
  object: ObjectType,
  results: readonly CrmObject[],
  properties: readonly string[],
): Promise<readonly CrmObject[]> {
  const ids = results.map(({ id }) => id)
  const complete = await readRecords(client, object, ids, properties)
  const byId = new Map(complete.map((record) => [record.id, record]))
  // One that has gone in between is told by its deletion.
  return results.flatMap((listed) => {
    const record = byId.get(listed.id)
    return record ? { ...listed, ...record } : []
  })
}

/** In their order, at most `size` each. */
export function inBatches<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size))
}
