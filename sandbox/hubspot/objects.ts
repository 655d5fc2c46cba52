import { z } from 'zod'
import { refuseBroken } from './admin-rules.ts'
import {
  type Answer,
  bodyOf,
  type Endpoint,
  limitOf,
  type SandboxRequest,
  segment,
  typeIn,
} from './endpoint.ts'
import { invalid, notFound } from './errors.ts'
import { Inputs } from './input.ts'
import { createWithAssociations } from './object-create.ts'
import {
  findObject,
  listObjects,
  parseId,
  resolveObject,
  type StoredObject,
} from './object-table.ts'
import { askedAssociations, listed, viewAssociations, viewObject } from './object-view.ts'
import { archiveObject, mergeObjects, updateObject } from './object-writer.ts'
import { HISTORY_MAX, viewHistory } from './property-history.ts'
import type { RecordType } from './record.ts'
import type { Sandbox } from './sandbox.ts'
import { objectScopes } from './scopes.ts'
import { type Store, transaction } from './store.ts'
import { checkInputs, refuseWithoutTime } from './validate.ts'

const LIST_DEFAULT = 10
const LIST_MAX = 100

function nextPage(request: SandboxRequest, after: number) {
  const link = new URL(request.url)
  link.searchParams.set('after', String(after))
  return { paging: { next: { after: String(after), link: link.href } } }
}

/** A page of the records of the type in the path, by id. @param most records that a page may hold */
export function listRecords(sandbox: Sandbox, request: SandboxRequest, most = LIST_MAX): Answer {
  const type = typeIn(request)
  const withHistory = listed(request.query, 'propertiesWithHistory')
  const max = withHistory.length > 0 ? HISTORY_MAX : most
  const limit = limitOf(request.query, LIST_DEFAULT, max)
  const afterText = request.query.get('after') ?? '0'
  if (!/^\d{1,15}$/.test(afterText)) throw invalid(`The paging position ${afterText} is not valid`)
  const archived = request.query.get('archived') === 'true'
  const page = { after: Number(afterText), limit: limit + 1, archived }
  const found = listObjects(sandbox.store, type, page)
  const shown = found.slice(0, limit)
  const asked = listed(request.query, 'properties')
  const associations = askedAssociations(request)
  const results = shown.map((object) => ({
    ...viewObject(sandbox.store, object, asked),
    ...viewHistory(sandbox, object, withHistory),
    ...viewAssociations(sandbox.store, object, associations),
  }))
  const last = shown.at(-1)
  const more = found.length > limit && last ? nextPage(request, last.id) : {}
  return { status: 200, body: { results, ...more } }
}

/** The live record an id leads to. @throws ApiError 404 */
function liveObject(store: Store, type: RecordType, idText: string): StoredObject {
  const id = parseId(idText)
  const object = id === undefined ? undefined : resolveObject(store, type, id)
  if (object && object.archivedAt === null) return object
  throw notFound(`resource not found: ${type} ${idText}`)
}

function readOne(sandbox: Sandbox, request: SandboxRequest): Answer {
  const type = typeIn(request)
  const idText = segment(request, 'id')
  const id = parseId(idText)
  const archived = request.query.get('archived') === 'true'
  const object = id === undefined ? undefined : resolveObject(sandbox.store, type, id)
  if (!object || (object.archivedAt !== null) !== archived)
    throw notFound(`resource not found: ${type} ${idText}`)
  return {
    status: 200,
    body: {
      ...viewObject(sandbox.store, object, listed(request.query, 'properties')),
      ...viewHistory(sandbox, object, listed(request.query, 'propertiesWithHistory')),
      ...viewAssociations(sandbox.store, object, askedAssociations(request)),
    },
  }
}

function create(sandbox: Sandbox, request: SandboxRequest): Answer {
  const { store } = sandbox
  const type = typeIn(request)
  const input = bodyOf(request, Inputs.create)
  const [properties = {}] = checkInputs(store, type, [input.properties])
  refuseWithoutTime(type, properties)
  refuseBroken(store, request, type, {}, properties)
  const object = transaction(store, () =>
    createWithAssociations(store, type, { ...input, properties }, request.now),
  )
  return {
    status: 201,
    body: viewObject(store, object, Object.keys(input.properties)),
    written: 1,
  }
}

function update(sandbox: Sandbox, request: SandboxRequest): Answer {
  const { store } = sandbox
  const type = typeIn(request)
  const { properties } = bodyOf(request, z.object({ properties: Inputs.properties }))
  // A merged id leads to the survivor here, though not in a batch.
  const object = liveObject(store, type, segment(request, 'id'))
  const [changes = {}] = checkInputs(store, type, [properties])
  refuseBroken(store, request, type, object.properties, changes)
  const updated = updateObject(store, object, changes, request.now)
  return { status: 200, body: viewObject(store, updated, Object.keys(changes)), written: 1 }
}

function archive(sandbox: Sandbox, request: SandboxRequest): Answer {
  const type = typeIn(request)
  const id = parseId(segment(request, 'id'))
  const object = id === undefined ? undefined : findObject(sandbox.store, type, id)
  if (object && object.archivedAt === null && object.mergedInto === null)
    archiveObject(sandbox.store, object, request.now)
  return { status: 204 }
}

const MERGEABLE: readonly RecordType[] = ['contacts', 'companies', 'deals']
const Merge = z.object({ primaryObjectId: z.string(), objectIdToMerge: z.string() })

function merge(sandbox: Sandbox, request: SandboxRequest): Answer {
  const type = typeIn(request)
  if (!MERGEABLE.includes(type)) throw invalid(`${type} cannot be merged`)
  const { primaryObjectId, objectIdToMerge } = bodyOf(request, Merge)
  const winner = liveObject(sandbox.store, type, primaryObjectId)
  const loser = liveObject(sandbox.store, type, objectIdToMerge)
  if (winner.id === loser.id) throw invalid('A record cannot be merged with itself')
  const merged = mergeObjects(sandbox.store, winner, loser, request.now)
  return { status: 200, body: viewObject(sandbox.store, merged, []), written: 1 }
}

/** Records one by one, and lists of them. */
export function objectEndpoints(sandbox: Sandbox): Endpoint[] {
  const path = '/crm/objects/:version/:type'
  const reading: Endpoint['scopes'] = (request) => objectScopes(typeIn(request), 'read')
  const writing: Endpoint['scopes'] = (request) => objectScopes(typeIn(request), 'write')
  const common = { budget: 'counted' } as const
  return [
    { ...common, method: 'get', path, scopes: reading, run: (r) => listRecords(sandbox, r) },
    { ...common, method: 'post', path, scopes: writing, run: (r) => create(sandbox, r) },
    {
      ...common,
      method: 'post',
      path: `${path}/merge`,
      scopes: writing,
      run: (r) => merge(sandbox, r),
    },
    {
      ...common,
      method: 'get',
      path: `${path}/:id`,
      scopes: reading,
      run: (r) => readOne(sandbox, r),
    },
    {
      ...common,
      method: 'patch',
      path: `${path}/:id`,
      scopes: writing,
      isUpdate: true,
      run: (r) => update(sandbox, r),
    },
    {
      ...common,
      method: 'delete',
      path: `${path}/:id`,
      scopes: writing,
      run: (r) => archive(sandbox, r),
    },
  ]
}
