import { z } from 'zod'
import { definitionsFor } from '../../connectors/hubspot/definitions.ts'
import { OBJECT_TYPES, type ObjectType, SINGULAR } from '../../connectors/hubspot/properties.ts'
import type { Raw } from './contact.ts'
import { type Records, recordsOf } from './records.ts'
import type { Touched, TouchedRecords } from './touched.ts'
import type { World } from './world.ts'

/** One request of a portal's API, its body read. */
export interface Asked {
  readonly method: string
  /** Without the version: `crm/objects/contacts/batch/update`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

export interface Answered {
  readonly status: number
  readonly body: unknown
  /** Records written. */
  readonly written?: number
}

const ObjectName = z.enum(OBJECT_TYPES)
const Inputs = z.object({
  inputs: z.array(z.object({ id: z.string() })),
  properties: z.array(z.string()).default([]),
})
const Search = z.object({
  filterGroups: z.tuple([
    z.object({ filters: z.array(z.object({ operator: z.string(), value: z.string() })) }),
  ]),
  properties: z.array(z.string()),
  limit: z.number(),
})

/** What the portal answers; 404 for what the connector does not ask in its daily work. */
export function answer(world: World, touched: Touched, asked: Asked): Answered {
  const [area, section, name = '', ...rest] = asked.path.split('/')
  if (area === 'account-info') return { status: 200, body: accountOf(world) }
  if (area !== 'crm') return NOT_FOUND
  if (section === 'properties') return properties(asked, name, rest)
  const object = ObjectName.safeParse(name).data
  if (!object) return NOT_FOUND
  const records = touched.over(world.portalId, object, recordsOf(world, object))
  if (section === 'associations') return associations(records, asked, rest)
  return section === 'objects' ? objects(records, object, asked, rest.join('/')) : NOT_FOUND
}

const NOT_FOUND: Answered = {
  status: 404,
  body: { status: 'error', category: 'OBJECT_NOT_FOUND', message: 'resource not found' },
}

function accountOf({ portalId }: World) {
  return { portalId, timeZone: 'UTC', uiDomain: 'app.hubspot.com' }
}

/** Our properties are there already, with the tiers of every model that uses the usual names. */
function properties({ method }: Asked, object: string, rest: readonly string[]): Answered {
  if (method !== 'GET' || rest.length > 0) return { status: 200, body: { results: [] } }
  const kind = object === 'contacts' ? 'person' : 'company'
  const results = definitionsFor(kind, []).map(
    ({ options, namesTiers: _names, ...definition }) => ({
      ...definition,
      options: (options ?? []).map((option, displayOrder) => ({ ...option, displayOrder })),
    }),
  )
  return { status: 200, body: { results } }
}

function objects(
  records: TouchedRecords,
  object: ObjectType,
  asked: Asked,
  action: string,
): Answered {
  switch (action) {
    case '':
      return list(records, object, asked.query)
    case 'search':
      return search(records, Search.parse(asked.body))
    case 'batch/read':
      return readBatch(records, Inputs.parse(asked.body))
    case 'batch/update':
      return update(records, Inputs.parse(asked.body))
    default:
      return readOne(records, action, asked.query)
  }
}

function list(records: Records, object: ObjectType, query: URLSearchParams): Answered {
  if (query.get('archived') === 'true') return { status: 200, body: { results: [] } }
  const limit = Number(query.get('limit'))
  const after = query.get('after')
  const first = after === null ? 0 : records.indexOf(after) + 1
  const end = Math.min(first + limit, records.count)
  const names = (query.get('properties') ?? '').split(',')
  const targets = (query.get('associations') ?? '').split(',')
  const results = []
  for (let index = first; index < end; index += 1) {
    const raw = records.at(index)
    results.push({ ...view(raw, names), ...linksOf(raw, object, targets) })
  }
  const last = results.at(-1)
  const more = last && end < records.count ? { paging: { next: { after: last.id } } } : {}
  return { status: 200, body: { results, ...more } }
}

function view({ id, properties, createdAt, updatedAt }: Raw, names: readonly string[]) {
  const shown: Record<string, string | null> = {}
  for (const name of names) shown[name] = properties[name] ?? null
  return {
    id,
    properties: shown,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    archived: false,
  }
}

/** The primary company is listed twice, as HubSpot does. */
function linksOf({ links }: Raw, object: ObjectType, targets: readonly string[]) {
  const found = (['contacts', 'companies'] as const).flatMap((to) => {
    const ids = targets.includes(to) ? (links[to] ?? []) : []
    if (ids.length === 0) return []
    const type = `${SINGULAR[object]}_to_${SINGULAR[to]}`
    const types = to === 'companies' ? [type, `${type}_unlabeled`] : [type]
    return [[to, { results: ids.flatMap((id) => types.map((each) => ({ id, type: each }))) }]]
  })
  return found.length > 0 ? { associations: Object.fromEntries(found) } : {}
}

/** Only what was touched has changed; records come in the order of their ids. */
function search(
  records: TouchedRecords,
  { filterGroups: [{ filters }], properties: names, limit }: z.infer<typeof Search>,
): Answered {
  const bound = (operator: string) => filters.find((filter) => filter.operator === operator)?.value
  const [since, until] = [Number(bound('GTE')), Number(bound('LTE'))]
  const lastId = bound('GT') ?? ''
  const found = records.changed.filter(
    ({ id, updatedAt }) =>
      id > lastId && updatedAt.getTime() >= since && updatedAt.getTime() <= until,
  )
  const results = found.slice(0, limit).map((raw) => view(raw, names))
  return { status: 200, body: { total: found.length, results } }
}

function readBatch(
  records: Records,
  { inputs, properties: names }: z.infer<typeof Inputs>,
): Answered {
  const indexes = inputs.map(({ id }) => records.indexOf(id)).filter((index) => index >= 0)
  const results = indexes.map((index) => view(records.at(index), names))
  return { status: 200, body: { status: 'COMPLETE', results } }
}

function readOne(records: Records, id: string, query: URLSearchParams): Answered {
  const index = records.indexOf(id)
  if (index < 0) return NOT_FOUND
  return { status: 200, body: view(records.at(index), (query.get('properties') ?? '').split(',')) }
}

/** Nothing is kept of what is written. */
function update(records: Records, { inputs }: z.infer<typeof Inputs>): Answered {
  const updatedAt = new Date().toISOString()
  const known = inputs.filter(({ id }) => records.indexOf(id) >= 0)
  const results = known.map(({ id }) => ({ id, properties: {}, updatedAt, archived: false }))
  return { status: 200, body: { status: 'COMPLETE', results }, written: known.length }
}

/** Type ids of associations with the primary company; any other association is of no type that counts. */
const PRIMARY = { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' }
const PLAIN = { category: 'HUBSPOT_DEFINED', typeId: 200, label: null }

function associations(records: Records, { body }: Asked, [to]: readonly string[]): Answered {
  if (to !== 'contacts' && to !== 'companies') return NOT_FOUND
  const { inputs } = Inputs.parse(body)
  const results = inputs.flatMap(({ id }) => {
    const index = records.indexOf(id)
    const ids = index < 0 ? [] : (records.at(index).links[to] ?? [])
    const associationTypes = [to === 'companies' ? PRIMARY : PLAIN]
    if (ids.length === 0) return []
    return [
      { from: { id }, to: ids.map((each) => ({ toObjectId: Number(each), associationTypes })) },
    ]
  })
  return { status: 200, body: { status: 'COMPLETE', results } }
}
