import { z } from 'zod'
import { associate, associationsOf, dissociate, followPrimaryCompany } from './association-table.ts'
import { plainTypeId, targetOfTypeId } from './association-types.ts'
import { batchAnswer } from './batch-answer.ts'
import { type Answer, bodyOf, type Endpoint, type SandboxRequest, typeIn } from './endpoint.ts'
import { type BatchFailure, batchFailure, invalid } from './errors.ts'
import { Inputs } from './input.ts'
import { findObject, parseId, resolveObject } from './object-table.ts'
import { factsOf } from './object-types.ts'
import type { RecordType } from './record.ts'
import type { Sandbox } from './sandbox.ts'
import { objectScopes } from './scopes.ts'
import { type Store, transaction } from './store.ts'

const READ_MAX = 1_000
const CREATE_MAX = 2_000
const ARCHIVE_MAX = 100
const PAGE = 500

interface Pair {
  readonly from: RecordType
  readonly to: RecordType
}

const Ref = z.object({ id: Inputs.id })
const Read = z.object({ inputs: z.array(Ref.extend({ after: z.string().optional() })) })
const Create = z.object({
  inputs: z.array(
    z.object({
      from: Ref,
      to: Ref,
      types: z.array(z.object({ associationTypeId: z.number() })).min(1),
    }),
  ),
})
const Archive = z.object({ inputs: z.array(z.object({ from: Ref, to: z.array(Ref) })) })

function pairIn(request: SandboxRequest): Pair {
  return { from: typeIn(request, 'from'), to: typeIn(request, 'to') }
}

function checkLength(inputs: readonly unknown[], max: number): void {
  if (inputs.length > max)
    throw invalid(`The maximum number of inputs is ${max}, but ${inputs.length} were sent`)
}

function typeView({ from, to }: Pair, typeId: number) {
  const label = typeId === plainTypeId(from, to) ? null : 'Primary'
  return { category: 'HUBSPOT_DEFINED', typeId, label }
}

/** The associations of one record, 500 at a time; undefined where there is no such record. */
function readRecord(store: Store, pair: Pair, input: { id: string; after?: string | undefined }) {
  const id = parseId(input.id)
  const object = id === undefined ? undefined : resolveObject(store, pair.from, id)
  if (!object || object.archivedAt !== null) return undefined
  const page = { after: Number(input.after ?? 0), limit: PAGE + 1 }
  const found = associationsOf(store, object, pair.to, page)
  const shown = found.slice(0, PAGE)
  const last = shown.at(-1)
  return {
    from: { id: String(object.id) },
    to: shown.map(({ toId, typeIds }) => ({
      toObjectId: String(toId),
      associationTypes: typeIds.map((typeId) => typeView(pair, typeId)),
    })),
    ...(found.length > PAGE && last && { paging: { next: { after: String(last.toId) } } }),
  }
}

function noneFailure(pair: Pair, ids: readonly string[]): BatchFailure[] {
  return ids.map((id) =>
    batchFailure(
      'OBJECT_NOT_FOUND',
      `No ${factsOf(pair.to).singular} is associated with ${factsOf(pair.from).singular} ${id}.`,
      { ids: [id], fromObjectId: [id] },
      'crm.associations.NO_ASSOCIATIONS_FOUND',
    ),
  )
}

function batchRead({ store }: Sandbox, request: SandboxRequest): Answer {
  const pair = pairIn(request)
  const { inputs } = bodyOf(request, Read)
  checkLength(inputs, READ_MAX)
  const results: unknown[] = []
  const without: string[] = []
  for (const input of inputs) {
    const record = readRecord(store, pair, input)
    // A record without any is reported the same way as one that does not exist.
    if (record && record.to.length > 0) results.push(record)
    else without.push(input.id)
  }
  return batchAnswer(request, { results, failures: noneFailure(pair, without), whole: 200 })
}

function liveId(store: Store, type: RecordType, text: string): number | undefined {
  const id = parseId(text)
  const object = id === undefined ? undefined : findObject(store, type, id)
  return object?.archivedAt === null && object.mergedInto === null ? object.id : undefined
}

function followBoth(store: Store, pair: Pair, fromId: number, toId: number): void {
  if (pair.from === 'contacts' && pair.to === 'companies') followPrimaryCompany(store, fromId)
  if (pair.from === 'companies' && pair.to === 'contacts') followPrimaryCompany(store, toId)
}

function isPrimary(pair: Pair, typeIds: readonly number[]): boolean {
  const targets = typeIds.map((typeId) => targetOfTypeId(pair.from, typeId))
  const wrong = targets.findIndex((target) => target?.type !== pair.to)
  if (wrong >= 0) throw invalid(`Association type ${typeIds[wrong]} does not lead to ${pair.to}`)
  return targets.some((target) => target?.primary)
}

function batchCreate({ store }: Sandbox, request: SandboxRequest): Answer {
  const pair = pairIn(request)
  const { inputs } = bodyOf(request, Create)
  checkLength(inputs, CREATE_MAX)
  const ready = inputs.map((input) => ({
    ...input,
    primary: isPrimary(
      pair,
      input.types.map((type) => type.associationTypeId),
    ),
  }))
  const missing: string[] = []
  const results = transaction(store, () =>
    ready.flatMap(({ from, to, primary }) => {
      const fromId = liveId(store, pair.from, from.id)
      const toId = liveId(store, pair.to, to.id)
      if (fromId === undefined) missing.push(from.id)
      if (toId === undefined) missing.push(to.id)
      if (fromId === undefined || toId === undefined) return []
      associate(store, { type: pair.from, id: fromId }, { type: pair.to, id: toId }, primary)
      followBoth(store, pair, fromId, toId)
      return [createdView(pair, fromId, toId)]
    }),
  )
  const failures = missing.map((id) =>
    batchFailure('OBJECT_NOT_FOUND', `The record ${id} does not exist`, { ids: [id] }),
  )
  return batchAnswer(request, { results, failures, whole: 201 })
}

function createdView(pair: Pair, fromId: number, toId: number) {
  return {
    fromObjectTypeId: factsOf(pair.from).typeId,
    fromObjectId: String(fromId),
    toObjectTypeId: factsOf(pair.to).typeId,
    toObjectId: String(toId),
    labels: [],
  }
}

function batchArchive({ store }: Sandbox, request: SandboxRequest): Answer {
  const pair = pairIn(request)
  const { inputs } = bodyOf(request, Archive)
  checkLength(inputs, ARCHIVE_MAX)
  transaction(store, () => {
    for (const { from, to } of inputs) {
      for (const target of to) {
        const fromId = parseId(from.id)
        const toId = parseId(target.id)
        if (fromId === undefined || toId === undefined) continue
        dissociate(store, { type: pair.from, id: fromId }, { type: pair.to, id: toId })
        followBoth(store, pair, fromId, toId)
      }
    }
  })
  return { status: 204 }
}

/** Associations in batches, exempt from the ten-second limit. They move no last-modified time. */
export function associationEndpoints(sandbox: Sandbox): Endpoint[] {
  const endpoint = (
    verb: string,
    access: 'read' | 'write',
    run: (sandbox: Sandbox, request: SandboxRequest) => Answer,
  ): Endpoint => ({
    method: 'post',
    path: `/crm/associations/:version/:from/:to/batch/${verb}`,
    budget: 'exempt',
    scopes: (request) => objectScopes(typeIn(request, 'from'), access),
    run: (request) => run(sandbox, request),
  })
  return [
    endpoint('read', 'read', batchRead),
    endpoint('create', 'write', batchCreate),
    endpoint('archive', 'write', batchArchive),
  ]
}
