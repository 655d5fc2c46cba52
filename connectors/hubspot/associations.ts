import { CrmUnavailable } from '../../src/errors.ts'
import type { Log } from '../../src/log.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import type { HubspotClient } from './client.ts'
import { ASSOCIATION_BATCH, ASSOCIATIONS } from './limits.ts'
import { type ObjectType, SINGULAR } from './properties.ts'
import { AssociationBatch, type CrmObject } from './schema.ts'

/** One associated record. */
export interface Link {
  readonly id: string
  readonly primary: boolean
}

/** Association type ids that mean "primary company": of contacts and of deals. */
const PRIMARY_TYPE_IDS = [1, 5]

/** The records of type `to` that came with the record itself; each once. */
export function inlineLinks(raw: CrmObject, from: ObjectType, to: ObjectType): readonly Link[] {
  const plain = `${SINGULAR[from]}_to_${SINGULAR[to]}`
  const typesById = new Map<string, readonly string[]>()
  for (const { id, type } of raw.associations?.[to]?.results ?? []) {
    typesById.set(id, [...(typesById.get(id) ?? []), type])
  }
  // Only the primary company is listed both ways.
  return [...typesById].map(([id, types]) => ({
    id,
    primary: types.includes(plain) && types.includes(`${plain}_unlabeled`),
  }))
}

/** True when more are associated than came with the record. */
export function isCutShort(raw: CrmObject, to: ObjectType): boolean {
  return raw.associations?.[to]?.paging?.next !== undefined
}

/**
 * The records of type `to` associated with each of `ids`; a record without any has an empty list.
 * One call for up to 1,000 ids, more only where a single record has more than a page of associations.
 */
export async function readLinks(
  client: HubspotClient,
  log: Log,
  from: ObjectType,
  to: ObjectType | 'tasks',
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Link[]>> {
  const links = new Map<string, readonly Link[]>(ids.map((id) => [id, []]))
  let inputs: readonly { id: string; after?: string }[] = ids.map((id) => ({ id }))
  while (inputs.length > 0) {
    const answer = await client.call({
      method: 'POST',
      path: `/crm/associations/${HUBSPOT_API_VERSION}/${from}/${to}/batch/read`,
      body: { inputs: inputs.slice(0, ASSOCIATION_BATCH) },
      allowance: ASSOCIATIONS,
      answer: AssociationBatch,
    })
    assertNothingFailed(answer)
    const more = collect(answer, links, log)
    inputs = [...inputs.slice(ASSOCIATION_BATCH), ...more]
  }
  return links
}

/** Adds an answer to `links`; returns what has to be asked again for its next page. */
function collect(
  answer: AssociationBatch,
  links: Map<string, readonly Link[]>,
  log: Log,
): readonly { id: string; after: string }[] {
  const more: { id: string; after: string }[] = []
  for (const { from, to, paging } of answer.results) {
    const known = links.get(from.id)
    if (!known) {
      log.warn({ crm: CRM }, 'association answer for a record that was not asked for')
      continue
    }
    const found = to.map(({ toObjectId, associationTypes }) => ({
      id: toObjectId,
      primary: associationTypes.some(({ typeId }) => PRIMARY_TYPE_IDS.includes(typeId)),
    }))
    links.set(from.id, [...known, ...found])
    if (paging?.next) more.push({ id: from.id, after: paging.next.after })
  }
  return more
}

/** A record without associations, or one deleted since, is answered with an error of its own (BEHAVIOR.md, 5). */
const HARMLESS = ['OBJECT_NOT_FOUND', 'crm.associations.NO_ASSOCIATIONS_FOUND']

function assertNothingFailed(answer: AssociationBatch): void {
  for (const { category, subCategory } of answer.errors ?? []) {
    if (HARMLESS.includes(category ?? '') || HARMLESS.includes(subCategory ?? '')) continue
    const reason = subCategory ?? category ?? 'no reason given'
    throw new CrmUnavailable(CRM, `Some associations could not be read: ${reason}`, {
      quotes: reason,
    })
  }
}

/** The company that counts: the primary one, else the first. */
export function primaryOf(links: readonly Link[]): string | undefined {
  return (links.find((link) => link.primary) ?? links[0])?.id
}
