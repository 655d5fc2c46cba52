import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { dropEvents } from './changes.ts'
import { type Answer, bodyOf, type Endpoint, lever, type SandboxRequest } from './endpoint.ts'
import { notFound } from './errors.ts'
import { addEvent, countEvents } from './event-table.ts'
import type { Org } from './org.ts'
import { runningPubSub } from './pubsub.ts'
import { S_OBJECT_TYPES } from './record.ts'

const GAPS = {
  create: 'GAP_CREATE',
  update: 'GAP_UPDATE',
  delete: 'GAP_DELETE',
  undelete: 'GAP_UNDELETE',
  overflow: 'GAP_OVERFLOW',
} as const
/** What an overflow names in place of records. */
const NOBODY = '000000000000000AAA'

const Lever = z.union([
  z.strictObject({
    /** An event that says only that something happened. */
    gap: z.enum(['create', 'update', 'delete', 'undelete', 'overflow']),
    entity: z.enum(S_OBJECT_TYPES),
    ids: z.array(z.string()).default([NOBODY]),
  }),
  /** So many of the next events reach nobody. */
  z.strictObject({ drop: z.int().nonnegative() }),
  /** Every stream gets an empty answer, as when nothing happens for minutes. */
  z.strictObject({ keepalive: z.literal(true) }),
  /** Every stream ends with UNAVAILABLE. */
  z.strictObject({ disconnect: z.literal(true) }),
])

function pull(org: Org, request: SandboxRequest): Answer {
  const lever = bodyOf(request, Lever)
  if ('drop' in lever) dropEvents(org.store, lever.drop)
  else if ('gap' in lever)
    addEvent(org.store, {
      entity: lever.entity,
      changeType: GAPS[lever.gap],
      recordIds: lever.ids,
      changedFields: [],
      values: {},
      commitUser: org.app.userId,
      changeOrigin: '',
      transactionKey: randomUUID(),
      sequenceNumber: 1,
      committedAt: request.now,
    })
  else if ('keepalive' in lever) runningPubSub(org)?.keepalive()
  else runningPubSub(org)?.disconnect()
  return { status: 204 }
}

function report(org: Org): Answer {
  const events = countEvents(org.store)
  return { status: 200, body: runningPubSub(org)?.report() ?? { streams: 0, sent: 0, events } }
}

function address(org: Org): Answer {
  const running = runningPubSub(org)
  if (!running) throw notFound('This sandbox was started without a port for Pub/Sub.')
  const { endpoint, certificate } = running
  return { status: 200, body: { endpoint, certificate } }
}

/** The levers of change events, and where they are served. */
export function changeControls(org: Org): Endpoint[] {
  return [
    lever('post', '/__events', (request) => pull(org, request)),
    lever('get', '/__events', () => report(org)),
    lever('get', '/__pubsub', () => address(org)),
  ]
}
