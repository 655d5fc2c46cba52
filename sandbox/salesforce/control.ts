import { z } from 'zod'
import { writesReport } from '../common/write-log.ts'
import { describeField } from './describe-field.ts'
import { type Answer, bodyOf, type Endpoint, lever, type SandboxRequest } from './endpoint.ts'
import { invalidType } from './errors.ts'
import { FaultInput } from './faults.ts'
import { marketKeys } from './market-keys.ts'
import { mutate } from './mutate.ts'
import { fieldsOf, findType, setTracking } from './objects.ts'
import type { Org } from './org.ts'
import { findRecord, toRecord } from './record-table.ts'

/** Records as they are stored, whoever may see them. */
function records({ store }: Org, { query }: SandboxRequest): Answer {
  const name = query.get('type') ?? ''
  const type = findType(store, name)
  if (!type) throw invalidType(name)
  const id = query.get('id')
  if (id !== null) return { status: 200, body: findRecord(store, type, id) ?? null }
  const rows = store.sql('select * from record where type = ? order by id').all(type)
  return { status: 200, body: rows.map(toRecord) }
}

/** Every field of an object, as describe shows it to somebody who may see all of them. */
function fields({ store }: Org, name: string): Answer {
  const type = findType(store, name)
  if (!type) throw invalidType(name)
  const all = fieldsOf(store, type).map((field) => describeField(field, 'read'))
  return { status: 200, body: { fields: all } }
}

/** Whether the org keeps the history of an object's fields; where it does not, the history object is missing. */
const Tracking = z.strictObject({ object: z.enum(['Lead', 'Contact', 'Account']), on: z.boolean() })

/** The levers for tests and the demo; no token, limit, fault or ledger touches them. */
export function controlEndpoints(org: Org): Endpoint[] {
  const { faults, ledger, clock, usage } = org
  return [
    lever('post', '/__faults', (request) => {
      faults.replace(bodyOf(request, FaultInput))
      return { status: 204 }
    }),
    lever('get', '/__faults', () => ({ status: 200, body: { faults: faults.list() } })),
    lever('delete', '/__faults', () => {
      faults.replace({ faults: [] })
      return { status: 204 }
    }),
    lever('get', '/__ledger', () => ({ status: 200, body: ledger.report() })),
    lever('delete', '/__ledger', () => {
      ledger.reset()
      return { status: 204 }
    }),
    lever('post', '/__usage', (request) => {
      const { used } = bodyOf(request, z.strictObject({ used: z.int().nonnegative() }))
      usage.setForeign(used, request.now)
      return { status: 204 }
    }),
    lever('get', '/__usage', ({ now }) => ({
      status: 200,
      body: { used: usage.used(now), limit: usage.limit },
    })),
    lever('post', '/__clock', (request) => {
      clock.setOffset(bodyOf(request, z.strictObject({ offsetMs: z.number() })).offsetMs)
      return { status: 200, body: { now: clock.now() } }
    }),
    lever('post', '/__tracking', (request) => {
      const { object, on } = bodyOf(request, Tracking)
      setTracking(org.store, `${object}History`, on)
      return { status: 204 }
    }),
    lever('post', '/__mutate', (request) => mutate(org, request)),
    lever('get', '/__records', (request) => records(org, request)),
    lever('get', '/__writes', ({ query }) => ({
      status: 200,
      body: writesReport(org.store, query),
    })),
    lever('get', '/__fields', ({ query }) => fields(org, query.get('type') ?? '')),
    lever('get', '/__keys', () => ({ status: 200, body: marketKeys(org.store) })),
  ]
}
