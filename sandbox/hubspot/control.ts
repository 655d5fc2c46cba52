import { z } from 'zod'
import { writesReport } from '../common/write-log.ts'
import { RuleList, setRules } from './admin-rules.ts'
import { associate, dissociate, followPrimaryCompany } from './association-table.ts'
import { type Answer, bodyOf, type Endpoint, type SandboxRequest } from './endpoint.ts'
import { invalid, notFound } from './errors.ts'
import { FaultList } from './faults.ts'
import { Forget, forget } from './forget.ts'
import { Inputs } from './input.ts'
import { removeApp } from './installation.ts'
import { PORTAL_GONE } from './oauth.ts'
import { USER_ID, WITHHELD_SCOPES } from './oauth-tokens.ts'
import { findObject, parseId, type StoredObject, type Values } from './object-table.ts'
import { viewObject } from './object-view.ts'
import {
  archiveObject,
  createObject,
  mergeObjects,
  restoreObject,
  updateObject,
} from './object-writer.ts'
import { listRecords } from './objects.ts'
import { addCustomerProperties, CustomerProperties } from './portal-properties.ts'
import { findProperty } from './property-table.ts'
import { RECORD_TYPES, type RecordType } from './record.ts'
import type { Sandbox } from './sandbox.ts'
import { type Store, transaction, writeSetting } from './store.ts'
import { Touch, touch } from './touch.ts'
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
  z.strictObject({
    op: z.literal('merge'),
    ...subject,
    loserId: Inputs.id,
    /** The survivor is a new record, which both ids lead to. */
    intoNew: z.boolean().default(false),
  }),
  z.strictObject({ op: z.literal('associate'), ...subject, ...other }),
  z.strictObject({ op: z.literal('dissociate'), ...subject, ...other }),
  Forget,
  Touch,
])
type Mutation = z.infer<typeof Mutation>
/** A mutation that leaves one record to show. */
type RecordMutation = Exclude<Mutation, { op: 'forget' | 'touch' }>

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

function applyMutation(store: Store, mutation: RecordMutation, now: number): StoredObject {
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
      return mergeObjects(
        store,
        object,
        mustFind(store, mutation.type, mutation.loserId),
        at,
        mutation.intoNew,
      )
    case 'associate':
    case 'dissociate':
      return changeAssociation(store, mutation)
  }
}

/** Who acts: a user of the portal, unless it says that another app or an import did it. */
const Actor = z.looseObject({
  source: z
    .strictObject({ changeSource: z.string(), sourceId: z.string().optional() })
    .default({ changeSource: 'CRM_UI', sourceId: `userId:${USER_ID}` }),
})

function mutate({ store }: Sandbox, request: SandboxRequest): Answer {
  const { source, ...body } = bodyOf(request, Actor)
  const mutation = bodyOf({ body }, Mutation)
  if (mutation.op === 'touch') return touch(store, mutation, request.now)
  if (mutation.op === 'forget')
    return store.changes.as(source, () => forget(store, mutation, request.now))
  const object = store.changes.as(source, () => applyMutation(store, mutation, request.now))
  const names = Object.keys(object.properties)
  return { status: 200, body: viewObject(store, object, names) }
}

const PortalState = z.strictObject({
  /** A portal that was deleted: no token can be refreshed any more. */
  gone: z.boolean().optional(),
  /** Scopes taken from the app, from live tokens too. */
  withheldScopes: z.array(z.string()).optional(),
  /** The customer removes the app: its tokens are dead, and the journal says so. */
  uninstall: z.literal(true).optional(),
})

function setPortal({ store }: Sandbox, request: SandboxRequest): Answer {
  const state = bodyOf(request, PortalState)
  if (state.gone !== undefined) writeSetting(store, PORTAL_GONE, String(state.gone))
  if (state.withheldScopes) writeSetting(store, WITHHELD_SCOPES, state.withheldScopes.join(' '))
  if (state.uninstall) removeApp({ store })
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
    lever('get', '/__writes', ({ query }) => ({
      status: 200,
      body: writesReport(sandbox.store, query),
    })),
    // As the API lists them, without its pace and in pages that are ten times as long.
    lever('get', '/__records/:type', (request) => listRecords(sandbox, request, 1_000)),
    lever('post', '/__mutate', (request) => mutate(sandbox, request)),
    lever('post', '/__rules', (request) => {
      setRules(sandbox.store, bodyOf(request, RuleList))
      return { status: 204 }
    }),
    lever('post', '/__properties', (request) =>
      addCustomerProperties(sandbox.store, bodyOf(request, CustomerProperties), request.now),
    ),
    lever('post', '/__portal', (request) => setPortal(sandbox, request)),
    lever('post', '/__clock', (request) => {
      clock.setOffset(bodyOf(request, z.strictObject({ offsetMs: z.number() })).offsetMs)
      sandbox.webhooks.clockMoved()
      return { status: 200, body: { now: clock.now() } }
    }),
  ]
}
