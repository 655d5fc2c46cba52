import { z } from 'zod'
import { type Answer, bodyOf, type Endpoint, type SandboxRequest, typeIn } from './endpoint.ts'
import { type BatchFailure, batchFailure, invalid } from './errors.ts'
import { Inputs } from './input.ts'
import { createWithAssociations } from './object-create.ts'
import {
  findContactByEmail,
  findObject,
  parseId,
  resolveObject,
  type StoredObject,
} from './object-table.ts'
import { factsOf } from './object-types.ts'
import { viewObject } from './object-view.ts'
import { archiveObject, updateObject } from './object-writer.ts'
import type { RecordType } from './record.ts'
import type { Sandbox } from './sandbox.ts'
import { objectScopes } from './scopes.ts'
import { type Store, transaction } from './store.ts'
import { checkInputs } from './validate.ts'

const BATCH_MAX = 100

const WithId = z.object({ id: Inputs.id })
const Read = z.object({
  inputs: z.array(WithId),
  properties: z.array(z.string()).default([]),
  idProperty: z.string().optional(),
})
const Create = z.object({ inputs: z.array(Inputs.create) })
const Update = z.object({ inputs: z.array(WithId.extend({ properties: Inputs.properties })) })
const Archive = z.object({ inputs: z.array(WithId) })

/** Refuses a batch that is too long or names a record twice. */
export function checkBatch(ids: readonly string[], max = BATCH_MAX): void {
  if (ids.length > max)
    throw invalid(`The maximum number of inputs is ${max}, but ${ids.length} were sent`)
  const twice = [...new Set(ids.filter((id, position) => ids.indexOf(id) !== position))]
  if (twice.length > 0)
    throw invalid(`Duplicate IDs found in batch input: [${twice.join(', ')}]. IDs must be unique`)
}

function checkLength(inputs: readonly unknown[]): void {
  checkBatch(inputs.map((_, position) => String(position)))
}

/** Inputs that a fault withholds, as one failure each, and the inputs that go on. */
function applyPartialFault<T>(
  request: SandboxRequest,
  inputs: readonly T[],
  keyOf: (input: T) => { name: string; value: string },
): { going: T[]; failures: BatchFailure[] } {
  const fault = request.effects.partial
  if (!fault) return { going: [...inputs], failures: [] }
  const withheld = inputs.filter((input, position) =>
    fault.ids ? fault.ids.includes(keyOf(input).value) : position < (fault.count ?? 1),
  )
  const failures = withheld.map((input) => {
    const { name, value } = keyOf(input)
    const category = fault.category ?? 'VALIDATION_ERROR'
    return batchFailure(category, `The input ${value} failed on demand`, { [name]: [value] })
  })
  return { going: inputs.filter((input) => !withheld.includes(input)), failures }
}

const byId = ({ id }: { id: string }) => ({ name: 'ids', value: id })

/** One failure for all the ids that lead to no record. */
function missingFailure(type: RecordType, ids: readonly string[]): BatchFailure[] {
  if (ids.length === 0) return []
  const kind = factsOf(type).singular.toUpperCase()
  const message = `Could not get some ${kind} objects, they may be deleted or not exist.`
  return [batchFailure('OBJECT_NOT_FOUND', message, { ids })]
}

export function batchAnswer(
  request: SandboxRequest,
  outcome: {
    results: unknown[]
    failures: BatchFailure[]
    whole: 200 | 201
    written?: number
  },
): Answer {
  const time = new Date(request.now).toISOString()
  const body = { status: 'COMPLETE', results: outcome.results, startedAt: time, completedAt: time }
  const written = outcome.written ?? 0
  if (outcome.failures.length === 0) return { status: outcome.whole, body, written }
  const errors = { numErrors: outcome.failures.length, errors: outcome.failures }
  return { status: 207, body: { ...body, ...errors }, written }
}

function findForRead(store: Store, type: RecordType, id: string, idProperty?: string) {
  if (idProperty === 'email' && type === 'contacts') return findContactByEmail(store, id)
  const number = parseId(id)
  const object = number === undefined ? undefined : resolveObject(store, type, number)
  return object?.archivedAt === null ? object : undefined
}

function batchRead(sandbox: Sandbox, request: SandboxRequest): Answer {
  const { store } = sandbox
  const type = typeIn(request)
  const { inputs, properties, idProperty } = bodyOf(request, Read)
  if (idProperty !== undefined && !(idProperty === 'email' && type === 'contacts'))
    throw invalid(`${idProperty} is not a unique property of ${type}`)
  checkBatch(inputs.map(({ id }) => id))
  const { going, failures } = applyPartialFault(request, inputs, byId)
  const found = new Map<number, StoredObject>()
  const missing: string[] = []
  for (const { id } of going) {
    const object = findForRead(store, type, id, idProperty)
    if (object) found.set(object.id, object)
    else missing.push(id)
  }
  const results = [...found.values()].map((object) => viewObject(store, object, properties))
  const all = [...failures, ...missingFailure(type, missing)]
  return batchAnswer(request, { results, failures: all, whole: 200 })
}

function batchCreate(sandbox: Sandbox, request: SandboxRequest): Answer {
  const { store } = sandbox
  const type = typeIn(request)
  const { inputs } = bodyOf(request, Create)
  checkLength(inputs)
  const checked = checkInputs(
    store,
    type,
    inputs.map((input) => input.properties),
  )
  const ready = inputs.map((input, position) => ({
    ...input,
    properties: checked[position] ?? {},
    position,
  }))
  const { going, failures } = applyPartialFault(request, ready, (input) => ({
    name: 'objectWriteTraceId',
    value: input.objectWriteTraceId ?? String(input.position),
  }))
  const results = transaction(store, () =>
    going.map((input) => ({
      ...viewObject(
        store,
        createWithAssociations(store, type, input, request.now),
        Object.keys(input.properties),
      ),
      ...(input.objectWriteTraceId !== undefined && {
        objectWriteTraceId: input.objectWriteTraceId,
      }),
    })),
  )
  return batchAnswer(request, { results, failures, whole: 201, written: results.length })
}

/** The record itself, if it is live. A merge's loser is not found here, unlike in a single update. */
function findForBatchWrite(store: Store, type: RecordType, id: string): StoredObject | undefined {
  const number = parseId(id)
  const object = number === undefined ? undefined : findObject(store, type, number)
  return object?.archivedAt === null && object.mergedInto === null ? object : undefined
}

function batchUpdate(sandbox: Sandbox, request: SandboxRequest): Answer {
  const { store } = sandbox
  const type = typeIn(request)
  const { inputs } = bodyOf(request, Update)
  checkBatch(inputs.map(({ id }) => id))
  const checked = checkInputs(
    store,
    type,
    inputs.map((input) => input.properties),
  )
  const ready = inputs.map(({ id }, position) => ({ id, properties: checked[position] ?? {} }))
  const { going, failures } = applyPartialFault(request, ready, byId)
  const missing: string[] = []
  const results = transaction(store, () =>
    going.flatMap(({ id, properties }) => {
      const object = findForBatchWrite(store, type, id)
      if (!object) {
        missing.push(id)
        return []
      }
      const updated = updateObject(store, object, properties, request.now)
      return [viewObject(store, updated, Object.keys(properties))]
    }),
  )
  const all = [...failures, ...missingFailure(type, missing)]
  return batchAnswer(request, { results, failures: all, whole: 200, written: results.length })
}

function batchArchive(sandbox: Sandbox, request: SandboxRequest): Answer {
  const { store } = sandbox
  const type = typeIn(request)
  const { inputs } = bodyOf(request, Archive)
  checkBatch(inputs.map(({ id }) => id))
  transaction(store, () => {
    for (const { id } of inputs) {
      const object = findForBatchWrite(store, type, id)
      if (object) archiveObject(store, object, request.now)
    }
  })
  return { status: 204 }
}

/** Up to a hundred records in one request. */
export function batchEndpoints(sandbox: Sandbox): Endpoint[] {
  const endpoint = (
    verb: string,
    access: 'read' | 'write',
    run: (sandbox: Sandbox, request: SandboxRequest) => Answer,
  ): Endpoint => ({
    method: 'post',
    path: `/crm/objects/:version/:type/batch/${verb}`,
    budget: 'counted',
    scopes: (request) => objectScopes(typeIn(request), access),
    isUpdate: verb === 'update',
    run: (request) => run(sandbox, request),
  })
  return [
    endpoint('read', 'read', batchRead),
    endpoint('create', 'write', batchCreate),
    endpoint('update', 'write', batchUpdate),
    endpoint('archive', 'write', batchArchive),
  ]
}
