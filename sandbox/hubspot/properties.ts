import { z } from 'zod'
import { batchAnswer, checkBatch } from './batch-answer.ts'
import {
  type Answer,
  bodyOf,
  type Endpoint,
  type SandboxRequest,
  segment,
  typeIn,
} from './endpoint.ts'
import { ApiError, apiError, batchFailure, invalid, notFound } from './errors.ts'
import { changedDefinition, newDefinition, PropertyInput, PropertyPatch } from './property-rules.ts'
import { findProperty, propertiesOf, saveProperty } from './property-table.ts'
import type { PropertyDefinition } from './property-types.ts'
import type { RecordType } from './record.ts'
import type { Sandbox } from './sandbox.ts'
import { schemaScopes } from './scopes.ts'
import { type Store, transaction } from './store.ts'

const NAME_EXISTS = 'Properties.PROPERTY_WITH_NAME_EXISTS'

function view(definition: PropertyDefinition, archived = false) {
  const { readOnlyValue, createdAt, updatedAt, ...shown } = definition
  return {
    ...shown,
    archived,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    modificationMetadata: {
      archivable: !definition.hubspotDefined,
      readOnlyDefinition: definition.hubspotDefined,
      readOnlyValue,
    },
  }
}

function mustFind(store: Store, type: RecordType, name: string): PropertyDefinition {
  const definition = findProperty(store, type, name)
  if (definition) return definition
  throw notFound(`Property "${name}" of ${type} does not exist`)
}

/** Creates a property, or restores an archived one of that name with the new definition. */
function createProperty(
  store: Store,
  type: RecordType,
  input: PropertyInput,
  now: number,
): PropertyDefinition {
  if (findProperty(store, type, input.name))
    throw apiError(409, 'OBJECT_ALREADY_EXISTS', `A property named '${input.name}' exists`, {
      subCategory: NAME_EXISTS,
    })
  const definition = newDefinition(store, type, input, now)
  saveProperty(store, type, definition)
  return definition
}

function list({ store }: Sandbox, request: SandboxRequest): Answer {
  const archived = request.query.get('archived') === 'true'
  const properties = [...propertiesOf(store, typeIn(request)).values()]
  const results = properties
    .filter((property) => property.archived === archived)
    .map((property) => view(property.definition, archived))
  return { status: 200, body: { results } }
}

function readOne({ store }: Sandbox, request: SandboxRequest): Answer {
  const definition = mustFind(store, typeIn(request), segment(request, 'name'))
  return { status: 200, body: view(definition) }
}

function create({ store }: Sandbox, request: SandboxRequest): Answer {
  checkOptionOrder(request)
  const input = bodyOf(request, PropertyInput)
  return { status: 201, body: view(createProperty(store, typeIn(request), input, request.now)) }
}

function update({ store }: Sandbox, request: SandboxRequest): Answer {
  const type = typeIn(request)
  const current = mustFind(store, type, segment(request, 'name'))
  checkOptionOrder(request)
  const patch = bodyOf(request, PropertyPatch)
  const changed = changedDefinition(store, type, current, patch, request.now)
  saveProperty(store, type, changed)
  return { status: 200, body: view(changed) }
}

function archive({ store }: Sandbox, request: SandboxRequest): Answer {
  const type = typeIn(request)
  const definition = mustFind(store, type, segment(request, 'name'))
  if (definition.hubspotDefined)
    throw invalid(`${definition.name} is defined by HubSpot and cannot be archived`)
  saveProperty(store, type, definition, true)
  return { status: 204 }
}

/** From 2026-09 on, an option without a place in the order is refused. */
function checkOptionOrder(request: SandboxRequest): void {
  if (request.params['version'] !== '2026-09') return
  const Ordered = z.object({
    options: z.array(z.object({ displayOrder: z.int() })).optional(),
  })
  bodyOf(request, Ordered)
}

function attempt(store: Store, type: RecordType, raw: unknown, request: SandboxRequest) {
  const name = z.object({ name: z.string() }).safeParse(raw).data?.name ?? ''
  try {
    const input = { ...request, body: raw }
    checkOptionOrder(input)
    const made = createProperty(store, type, bodyOf(input, PropertyInput), request.now)
    return { made: view(made) }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const { category, subCategory } = error.body
    const sub = subCategory === undefined ? undefined : String(subCategory)
    return { failure: batchFailure(String(category), error.message, { name: [name] }, sub) }
  }
}

function batchCreate({ store }: Sandbox, request: SandboxRequest): Answer {
  const type = typeIn(request)
  const { inputs } = bodyOf(request, z.object({ inputs: z.array(z.unknown()) }))
  checkBatch(inputs.map((_, position) => String(position)))
  const outcomes = transaction(store, () =>
    inputs.map((input) => attempt(store, type, input, request)),
  )
  return batchAnswer(request, {
    results: outcomes.flatMap((outcome) => outcome.made ?? []),
    failures: outcomes.flatMap((outcome) => outcome.failure ?? []),
    whole: 201,
  })
}

function batchRead({ store }: Sandbox, request: SandboxRequest): Answer {
  const type = typeIn(request)
  const Names = z.object({ inputs: z.array(z.object({ name: z.string() })) })
  const names = bodyOf(request, Names).inputs.map((input) => input.name)
  checkBatch(names)
  const found = names.flatMap((name) => findProperty(store, type, name) ?? [])
  const missing = names.filter((name) => !findProperty(store, type, name))
  return batchAnswer(request, {
    results: found.map((definition) => view(definition)),
    failures: missing.map((name) =>
      batchFailure('OBJECT_NOT_FOUND', `Property "${name}" does not exist`, { name: [name] }),
    ),
    whole: 200,
  })
}

/** Property definitions of every type. */
export function propertyEndpoints(sandbox: Sandbox): Endpoint[] {
  const base = '/crm/properties/:version/:type'
  const endpoint = (
    method: Endpoint['method'],
    path: string,
    access: 'read' | 'write',
    run: (sandbox: Sandbox, request: SandboxRequest) => Answer,
  ): Endpoint => ({
    method,
    path: `${base}${path}`,
    budget: 'counted',
    scopes: (request) => schemaScopes(typeIn(request), access),
    run: (request) => run(sandbox, request),
  })
  return [
    endpoint('get', '', 'read', list),
    endpoint('post', '', 'write', create),
    endpoint('post', '/batch/create', 'write', batchCreate),
    endpoint('post', '/batch/read', 'read', batchRead),
    endpoint('get', '/:name', 'read', readOne),
    endpoint('patch', '/:name', 'write', update),
    endpoint('delete', '/:name', 'write', archive),
  ]
}
