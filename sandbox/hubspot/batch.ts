import { z } from 'zod'
import { applyRules } from './admin-rules.ts'
import { applyPartialFault, batchAnswer, byId, checkBatch, type InputKey } from './batch-answer.ts'
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
import { HISTORY_MAX, viewHistory } from './property-history.ts'
import type { RecordType } from './record.ts'
import type { Sandbox } from './sandbox.ts'
import { objectScopes } from './scopes.ts'
import { type Store, transaction } from './store.ts'
import { checkInputs, refuseWithoutTime } from './validate.ts'

const WithId = z.object({ id: Inputs.id })
const Read = z.object({
  inputs: z.array(WithId),
  properties: z.array(z.string()).default([]),
  propertiesWithHistory: z.array(z.string()).default([]),
  idProperty: z.string().optional(),
})
const Create = z.object({ inputs: z.array(Inputs.create) })
const Update = z.object({ inputs: z.array(WithId.extend({ properties: Inputs.properties })) })
const Archive = z.object({ inputs: z.array(WithId) })

function checkLength(inputs: readonly unknown[]): void {
  checkBatch(inputs.map((_, position) => String(position)))
}

/** One failure for all the ids that lead to no record. */
function missingFailure(type: RecordType, ids: readonly string[]): BatchFailure[] {
  if (ids.length === 0) return []
  const kind = factsOf(type).singular.toUpperCase()
  const message = `Could not get some ${kind} objects, they may be deleted or not exist.`
  return [batchFailure('OBJECT_NOT_FOUND', message, { ids })]
}

/** Unverified for a batch: a merged id leads to the survivor, as it does in a single read. */
function findForRead(store: Store, type: RecordType, id: string, idProperty?: string) {
  if (idProperty === 'email' && type === 'contacts') return findContactByEmail(store, id)
  const number = parseId(id)
  const object = number === undefined ? undefined : resolveObject(store, type, number)
  return object?.archivedAt === null ? object : undefined
}

function batchRead(sandbox: Sandbox, request: SandboxRequest): Answer {
  const { store } = sandbox
  const type = typeIn(request)
  const { inputs, properties, propertiesWithHistory, idProperty } = bodyOf(request, Read)
  if (idProperty !== undefined && !(idProperty === 'email' && type === 'contacts'))
    throw invalid(`${idProperty} is not a unique property of ${type}`)
  checkBatch(
    inputs.map(({ id }) => id),
    propertiesWithHistory.length > 0 ? HISTORY_MAX : undefined,
  )
  const { going, failures } = applyPartialFault(request, inputs, byId)
  const found = new Map<number, StoredObject>()
  const missing: string[] = []
  for (const { id } of going) {
    const object = findForRead(store, type, id, idProperty)
    if (object) found.set(object.id, object)
    else missing.push(id)
  }
  const results = [...found.values()].map((object) => ({
    ...viewObject(store, object, properties),
    ...viewHistory(sandbox, object, propertiesWithHistory),
  }))
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
  for (const properties of checked) refuseWithoutTime(type, properties)
  const ready = inputs.map((input, position) => ({
    ...input,
    properties: checked[position] ?? {},
    position,
  }))
  const key = (input: (typeof ready)[number]): InputKey => ({
    name: 'objectWriteTraceId',
    value: input.objectWriteTraceId ?? String(input.position),
  })
  const allowed = applyRules(store, request, type, ready, { before: () => ({}), key })
  const { going, failures } = applyPartialFault(request, allowed.going, key)
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
  const all = [...allowed.failures, ...failures]
  return batchAnswer(request, { results, failures: all, whole: 201, written: results.length })
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
  const allowed = applyRules<(typeof ready)[number]>(store, request, type, ready, {
    before: ({ id }) => findForBatchWrite(store, type, id)?.properties,
    key: byId,
  })
  const { going, failures } = applyPartialFault(request, allowed.going, byId)
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
  const all = [...allowed.failures, ...failures, ...missingFailure(type, missing)]
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
