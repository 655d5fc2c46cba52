import { z } from 'zod'
import {
  type Answer,
  bodyOf,
  type Endpoint,
  limitOf,
  type SandboxRequest,
  segment,
} from './endpoint.ts'
import { apiError, invalid, notFound } from './errors.ts'
import { branchSql, FilterBranch } from './list-filter.ts'
import {
  allLists,
  countMembers,
  deleteList,
  findList,
  findListByName,
  insertList,
  type List,
  membersOf,
  PROCESSING_TYPES,
} from './list-table.ts'
import { USER_ID } from './oauth-tokens.ts'
import { parseId } from './object-table.ts'
import { factsOf, findType } from './object-types.ts'
import type { RecordType } from './record.ts'
import type { Sandbox } from './sandbox.ts'
import { type Store, transaction } from './store.ts'

const MEMBERS_DEFAULT = 100
const MEMBERS_MAX = 250
const SEARCH_DEFAULT = 20
const SEARCH_MAX = 500

const Create = z.object({
  name: z.string().trim().min(1),
  objectTypeId: z.string(),
  processingType: z.enum(PROCESSING_TYPES),
  filterBranch: FilterBranch.optional(),
})

const Search = z.object({
  query: z.string().default(''),
  processingTypes: z.array(z.enum(PROCESSING_TYPES)).default([]),
  objectTypeId: z.string().optional(),
  offset: z.int().nonnegative().default(0),
  count: z.int().min(1).max(SEARCH_MAX).default(SEARCH_DEFAULT),
})

const iso = (time: number) => new Date(time).toISOString()

function view(list: List) {
  return {
    listId: String(list.id),
    listVersion: 1,
    createdAt: iso(list.createdAt),
    updatedAt: iso(list.createdAt),
    filtersUpdatedAt: iso(list.createdAt),
    processingStatus: 'COMPLETE',
    createdById: String(USER_ID),
    updatedById: String(USER_ID),
    processingType: list.processingType,
    objectTypeId: factsOf(list.type).typeId,
    name: list.name,
  }
}

function withFilters(list: List) {
  return list.filterBranch ? { ...view(list), filterBranch: list.filterBranch } : view(list)
}

function typeOfId(typeId: string): RecordType {
  const type = findType(typeId)
  if (type && factsOf(type).typeId === typeId) return type
  throw invalid(`objectTypeId "${typeId}" is not a known object type id, like 0-1 for contacts`)
}

function checkFilters(store: Store, type: RecordType, input: z.infer<typeof Create>): void {
  const isManual = input.processingType === 'MANUAL'
  if (isManual && input.filterBranch) throw invalid('A MANUAL list takes no filterBranch')
  if (!isManual && !input.filterBranch)
    throw invalid(`A ${input.processingType} list needs a filterBranch`)
  if (input.filterBranch) branchSql(store, type, input.filterBranch)
}

function create({ store }: Sandbox, request: SandboxRequest): Answer {
  const input = bodyOf(request, Create)
  const type = typeOfId(input.objectTypeId)
  checkFilters(store, type, input)
  // That names are unique is documented; the status is assumed, the subCategory was seen by others.
  if (findListByName(store, input.name))
    throw apiError(400, 'VALIDATION_ERROR', `A list named '${input.name}' already exists`, {
      subCategory: 'ILS.DUPLICATE_LIST_NAMES',
    })
  const list = transaction(store, () =>
    insertList(store, {
      name: input.name,
      type,
      processingType: input.processingType,
      filterBranch: input.filterBranch ?? null,
      createdAt: request.now,
    }),
  )
  const processingStatus = input.filterBranch ? 'PROCESSING' : 'COMPLETE'
  return { status: 200, body: { list: { ...withFilters(list), processingStatus } } }
}

function mustFind(store: Store, request: SandboxRequest): List {
  const idText = segment(request, 'listId')
  const id = parseId(idText)
  const list = id === undefined ? undefined : findList(store, id)
  if (list) return list
  throw notFound(`There is no list ${idText}`)
}

function shown(store: Store, request: SandboxRequest, list: List): Answer {
  const isFull = request.query.get('includeFilters') === 'true'
  const size = countMembers(store, list)
  return { status: 200, body: { list: { ...(isFull ? withFilters(list) : view(list)), size } } }
}

function readByName({ store }: Sandbox, request: SandboxRequest): Answer {
  const type = typeOfId(segment(request, 'objectTypeId'))
  const name = segment(request, 'listName')
  const list = findListByName(store, name)
  if (list?.type === type) return shown(store, request, list)
  throw notFound(`There is no list of ${type} named '${name}'`)
}

function search({ store }: Sandbox, request: SandboxRequest): Answer {
  const wanted = bodyOf(request, Search)
  const type = wanted.objectTypeId === undefined ? undefined : typeOfId(wanted.objectTypeId)
  const found = allLists(store).filter(
    (list) =>
      list.name.toLowerCase().includes(wanted.query.toLowerCase()) &&
      (wanted.processingTypes.length === 0 ||
        wanted.processingTypes.includes(list.processingType)) &&
      (type === undefined || list.type === type),
  )
  const page = found.slice(wanted.offset, wanted.offset + wanted.count)
  const offset = wanted.offset + page.length
  const lists = page.map((list) => ({
    ...view(list),
    additionalProperties: {
      hs_list_size: String(countMembers(store, list)),
      hs_list_reference_count: '0',
    },
  }))
  return {
    status: 200,
    body: { lists, total: found.length, offset, hasMore: offset < found.length },
  }
}

function memberships({ store }: Sandbox, request: SandboxRequest): Answer {
  const list = mustFind(store, request)
  const limit = limitOf(request.query, MEMBERS_DEFAULT, MEMBERS_MAX)
  const after = request.query.get('after') ?? '0'
  if (!/^\d{1,15}$/.test(after)) throw invalid(`The paging position ${after} is not valid`)
  const found = membersOf(store, list, { after: Number(after), limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const results = page.map(({ id, since }) => ({
    recordId: String(id),
    membershipTimestamp: iso(since),
  }))
  const more = found.length > limit && last ? { next: { after: String(last.id) } } : undefined
  const total = countMembers(store, list)
  return { status: 200, body: { results, total, ...(more && { paging: more }) } }
}

function remove({ store }: Sandbox, request: SandboxRequest): Answer {
  const { id } = mustFind(store, request)
  transaction(store, () => deleteList(store, id))
  return { status: 204 }
}

/** Lists, called segments on HubSpot's screens. A dynamic one is evaluated whenever somebody asks. */
export function listEndpoints(sandbox: Sandbox): Endpoint[] {
  const base = '/crm/lists/:version'
  const endpoint = (
    method: Endpoint['method'],
    path: string,
    access: 'read' | 'write',
    run: (sandbox: Sandbox, request: SandboxRequest) => Answer,
  ): Endpoint => ({
    method,
    path: `${base}${path}`,
    budget: 'counted',
    scopes: () => [`crm.lists.${access}`],
    run: (request) => run(sandbox, request),
  })
  return [
    endpoint('post', '', 'write', create),
    endpoint('post', '/search', 'read', search),
    endpoint('get', '/object-type-id/:objectTypeId/name/:listName', 'read', readByName),
    endpoint('get', '/:listId/memberships', 'read', memberships),
    endpoint('get', '/:listId', 'read', ({ store }, request) =>
      shown(store, request, mustFind(store, request)),
    ),
    endpoint('delete', '/:listId', 'write', remove),
  ]
}
