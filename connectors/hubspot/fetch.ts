import { CrmUnavailable } from '../../src/errors.ts'
import type { Page } from '../page.ts'
import { inParallel } from '../parallel.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import { readRecords } from './batch-read.ts'
import type { HubspotClient } from './client.ts'
import { HubspotRejected } from './errors.ts'
import { isRecordId } from './id-order.ts'
import { BATCHES_IN_FLIGHT } from './limits.ts'
import { removedSubject } from './list.ts'
import { mergesOf } from './map.ts'
import { readAllLinks, toPage } from './page.ts'
import { type ObjectType, subjectKind } from './properties.ts'
import { objectType, orEmpty } from './pull.ts'
import { type Portal, type Reading, withReading } from './reading.ts'
import { type CrmObject, ObjectId } from './schema.ts'

/** Any number of records of a stream as they are now: gone and merged ones too, each as such. */
export async function fetchRecords(
  portal: Portal,
  stream: string,
  ids: readonly string[],
): Promise<Page> {
  const object = objectType(stream)
  const page = withReading(portal, object, (reading) =>
    fetchObjects(portal, object, reading, [...new Set(ids)]),
  )
  return await orEmpty(portal, object, page)
}

async function fetchObjects(
  portal: Portal,
  object: ObjectType,
  reading: Reading,
  ids: readonly string[],
): Promise<Page> {
  const { client, log } = portal
  const askable = ids.filter(isRecordId)
  const found = await readRecords(client, object, askable, reading.properties)
  const fates = await fatesOf(client, object, unanswered(askable, found))
  const survivors = await readSurvivors(client, object, reading, found, fates)
  const records = [...found, ...survivors]
  const links = await readAllLinks(client, log, object, records)
  const page = toPage(object, records, links, reading, null)
  const gone = [...ids.filter((id) => !isRecordId(id)), ...goneOf(object, fates)]
  const at = portal.clock.now()
  return {
    ...page,
    merged: [...page.merged, ...mergedOf(object, fates)],
    removed: [...page.removed, ...gone.map((id) => ({ ...removedSubject(object, id), at }))],
    records: ids.length,
  }
}

/** What became of an id that a batch read did not answer. */
interface Fate {
  readonly id: string
  /** The id that it leads to, usually another one; undefined when the record is gone. */
  readonly now: string | undefined
}

/** The ids about which nothing is known yet: neither they came nor a record that they were merged into. */
function unanswered(ids: readonly string[], found: readonly CrmObject[]): readonly string[] {
  const losers = found.flatMap((raw) => mergesOf(raw, 'person').map(({ loser }) => loser))
  const known = new Set([...found.map(({ id }) => id), ...losers])
  return ids.filter((id) => !known.has(id))
}

function fatesOf(
  client: HubspotClient,
  object: ObjectType,
  ids: readonly string[],
): Promise<readonly Fate[]> {
  return inParallel(ids, BATCHES_IN_FLIGHT, async (id) => {
    const path = `/crm/objects/${HUBSPOT_API_VERSION}/${object}/${id}`
    const call = { method: 'GET', path, query: { properties: 'hs_object_id' } } as const
    try {
      const record = await client.call({ ...call, answer: ObjectId })
      return { id, now: record.id }
    } catch (error) {
      if (error instanceof HubspotRejected && error.status === 404) return { id, now: undefined }
      throw error
    }
  })
}

/** @throws CrmUnavailable for a record that is there but does not come: it must not be taken for read */
async function readSurvivors(
  client: HubspotClient,
  object: ObjectType,
  reading: Reading,
  found: readonly CrmObject[],
  fates: readonly Fate[],
): Promise<readonly CrmObject[]> {
  const here = new Set(found.map(({ id }) => id))
  const ids = new Set(fates.flatMap(({ now }) => now ?? []).filter((id) => !here.has(id)))
  const survivors = await readRecords(client, object, [...ids], reading.properties)
  if (survivors.length === ids.size) return survivors
  throw new CrmUnavailable(CRM, `Some ${object} are there but could not be read`)
}

function mergedOf(object: ObjectType, fates: readonly Fate[]): Page['merged'] {
  const kind = subjectKind(object)
  if (!kind) return []
  return fates.flatMap(({ id, now }) => {
    return now === undefined || now === id ? [] : { kind, loser: id, winner: now }
  })
}

/** A deal or engagement that was merged away is simply gone; its survivor has what it had. */
function goneOf(object: ObjectType, fates: readonly Fate[]): readonly string[] {
  const isSubject = subjectKind(object) !== undefined
  return fates
    .filter(({ id, now }) => now === undefined || (now !== id && !isSubject))
    .map(({ id }) => id)
}
