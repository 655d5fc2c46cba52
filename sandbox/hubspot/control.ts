import { z } from 'zod'
import { associate, dissociate, followPrimaryCompany } from './association-table.ts'
import { type Answer, bodyOf, type Endpoint, type SandboxRequest } from './endpoint.ts'
import { invalid, notFound } from './errors.ts'
import { FaultList } from './faults.ts'
import { Inputs } from './input.ts'
import { PORTAL_GONE } from './oauth.ts'
import { WITHHELD_SCOPES } from './oauth-tokens.ts'
import { findObject, parseId, type StoredObject, type Values } from './object-table.ts'
import { viewObject } from './object-view.ts'
import {
  archiveObject,
  createObject,
  mergeObjects,
  restoreObject,
  updateObject,
} from './object-writer.ts'
import { findProperty } from './property-table.ts'
import { RECORD_TYPES, type RecordType } from './record.ts'
import type { Sandbox } from './sandbox.ts'
import { type Store, transaction, writeSetting } from './store.ts'
import { checkValue } from './validate.ts'

const type = z.enum(RECORD_TYPES)
const subject = { type, id: Inputs.id, at: z.number().optional() }
const other = { to: z.object({ type, id: Inputs.id, primary: z.boolean().default(false) }) }

/** What a CRM user may do; `at` stamps the change with another time than now. */
const Mutation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('update'), ...subject, properties: Inputs.properties }),
  z.strictObject({ op: z.literal('archive'), ...subject }),
  z.strictObject({ op: z.literal('restore'), ...subject }),
  z.strictObject({
    op: z.literal('create'),
    type,
    at: z.number().optional(),
    properties: Inputs.properties,
  }),
  z.strictObject({ op: z.literal('merge'), ...subject, loserId: Inputs.id }),
  z.strictObject({ op: z.literal('associate'), ...subject, ...other }),
  z.strictObject({ op: z.literal('dissociate'), ...subject, ...other }),
])
type Mutation = z.infer<typeof Mutation>

function mustFind(store: Store, recordType: RecordType, idText: string): StoredObject {
  const id = parseId(idText)
  const object = id === undefined ? undefined : findObject(store, recordType, id)
  if (object) return object
  throw notFound(`${recordType} ${idText} does not exist`)
}

/**
 * Values as the portal itself may write them: read-only properties too, and values a property could not
 * take through the API, since portals hold such values from before a property changed.
 */
function ownValues(store: Store, recordType: RecordType, properties: Values): Values {
  const values: Values = {}
  for (const [name, text] of Object.entries(properties)) {
    const definition = findProperty(store, recordType, name)
    if (!definition) throw invalid(`${recordType} have no property "${name}"`)
    const verdict = text === '' ? { value: '' } : checkValue(definition, text)
    values[name] = 'value' in verdict ? verdict.value : text
  }
  return values
}

function changeAssociation(
  store: Store,
  mutation: Extract<Mutation, { op: 'associate' | 'dissociate' }>,
): StoredObject {
  const object = mustFind(store, mutation.type, mutation.id)
  const target = mustFind(store, mutation.to.type, mutation.to.id)
  transaction(store, () => {
    if (mutation.op === 'dissociate') dissociate(store, object, target)
    else if (!associate(store, object, target, mutation.to.primary))
      throw invalid(`${object.type} and ${target.type} cannot be associated`)
    for (const side of [object, target])
      if (side.type === 'contacts') followPrimaryCompany(store, side.id)
  })
  return object
}

function applyMutation(store: Store, mutation: Mutation, now: number): StoredObject {
  const at = 'at' in mutation ? (mutation.at ?? now) : now
  if (mutation.op === 'create') {
    const values = ownValues(store, mutation.type, mutation.properties)
    return createObject(store, mutation.type, values, at)
  }
  const object = mustFind(store, mutation.type, mutation.id)
  switch (mutation.op) {
    case 'update':
      return updateObject(store, object, ownValues(store, object.type, mutation.properties), at)
    case 'archive':
      archiveObject(store, object, at)
      return mustFind(store, mutation.type, mutation.id)
    case 'restore':
      return restoreObject(store, object, at)
    case 'merge':
      return mergeObjects(store, object, mustFind(store, mutation.type, mutation.loserId), at)
    case 'associate':
    case 'dissociate':
      return changeAssociation(store, mutation)
  }
}

function mutate({ store }: Sandbox, request: SandboxRequest): Answer {
  const object = applyMutation(store, bodyOf(request, Mutation), request.now)
  const names = Object.keys(object.properties)
  return { status: 200, body: viewObject(store, object, names) }
}

const PortalState = z.strictObject({
  /** A portal that was deleted: no token can be refreshed any more. */
  gone: z.boolean().optional(),
  /** Scopes taken from the app, from live tokens too. */
  withheldScopes: z.array(z.string()).optional(),
})

function setPortal({ store }: Sandbox, request: SandboxRequest): Answer {
  const state = bodyOf(request, PortalState)
  if (state.gone !== undefined) writeSetting(store, PORTAL_GONE, String(state.gone))
  if (state.withheldScopes) writeSetting(store, WITHHELD_SCOPES, state.withheldScopes.join(' '))
  return { status: 204 }
}

/** The levers for tests and the demo; no token, limit, fault or ledger touches them. */
export function controlEndpoints(sandbox: Sandbox): Endpoint[] {
  const { faults, ledger, clock } = sandbox
  const lever = (method: Endpoint['method'], path: string, run: Endpoint['run']): Endpoint => ({
    method,
    path,
    budget: 'exempt',
    run,
  })
  return [
    lever('post', '/__faults', (request) => {
      faults.replace(bodyOf(request, FaultList))
      return { status: 204 }
    }),
    lever('get', '/__ledger', () => ({ status: 200, body: ledger.report() })),
    lever('delete', '/__ledger', () => {
      ledger.reset()
      return { status: 204 }
    }),
    lever('post', '/__mutate', (request) => mutate(sandbox, request)),
    lever('post', '/__portal', (request) => setPortal(sandbox, request)),
    lever('post', '/__clock', (request) => {
      clock.setOffset(bodyOf(request, z.strictObject({ offsetMs: z.number() })).offsetMs)
      return { status: 200, body: { now: clock.now() } }
    }),
  ]
}
