import { z } from 'zod'
import { findType } from './object-types.ts'
import type { Store } from './store.ts'

const objectTypeId = z
  .string()
  .refine((name) => findType(name) !== undefined, { error: 'is no object type of this portal' })
const portalId = z.number()

/** The event types of APP_LIFECYCLE_EVENT. */
export const LIFECYCLE = { installed: '4-1909196', uninstalled: '4-1916193' } as const

/** What an app may ask the journal to record. */
export const JournalRequest = z.discriminatedUnion('subscriptionType', [
  z.object({
    subscriptionType: z.literal('OBJECT'),
    objectTypeId,
    portalId,
    actions: z.array(z.enum(['CREATE', 'UPDATE', 'DELETE', 'MERGE', 'RESTORE'])).min(1),
    properties: z.array(z.string()).default([]),
  }),
  z.object({
    subscriptionType: z.literal('ASSOCIATION'),
    objectTypeId,
    portalId,
    associatedObjectTypeIds: z.array(objectTypeId).min(1),
    actions: z.array(z.enum(['ASSOCIATION_ADDED', 'ASSOCIATION_REMOVED'])).min(1),
  }),
  z.object({
    subscriptionType: z.literal('APP_LIFECYCLE_EVENT'),
    eventTypeId: z.enum(LIFECYCLE),
    portalId: portalId.optional(),
  }),
  z.object({
    subscriptionType: z.literal('GDPR_PRIVACY_DELETION'),
    objectTypeId,
    portalId,
    actions: z.array(z.literal('GDPR_DELETE')).min(1),
  }),
])
export type JournalRequest = z.infer<typeof JournalRequest>

export interface JournalSubscription {
  readonly id: number
  readonly request: JournalRequest
  readonly createdAt: number
  readonly updatedAt: number
}

function keyOf(request: JournalRequest): string {
  const subject = 'objectTypeId' in request ? request.objectTypeId : request.eventTypeId
  return [request.subscriptionType, subject, request.portalId ?? ''].join(' ')
}

type Row = Record<string, unknown>

function toSubscription(row: Row): JournalSubscription {
  return {
    id: Number(row['id']),
    request: JournalRequest.parse(JSON.parse(String(row['definition']))),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
  }
}

export function listSubscriptions(store: Store): JournalSubscription[] {
  return store.sql('select * from journal_subscription order by id').all().map(toSubscription)
}

/** Adds a subscription, or changes the one about the same things in the same portal. */
export function saveSubscription(
  store: Store,
  request: JournalRequest,
  now: number,
): JournalSubscription {
  const row = store
    .sql(
      `insert into journal_subscription (key, definition, created_at, updated_at)
       values (?, ?, ?, ?) on conflict (key) do update
       set definition = excluded.definition, updated_at = excluded.updated_at returning *`,
    )
    .get(keyOf(request), JSON.stringify(request), now, now)
  if (!row) throw new Error('SQLite returned no row for an upsert.')
  return toSubscription(row)
}

/** False where there is no such subscription. */
export function deleteSubscription(store: Store, id: number): boolean {
  return store.sql('delete from journal_subscription where id = ?').run(id).changes > 0
}
