import { z } from 'zod'
import { isLoopback } from '../common/loopback.ts'
import { bodyOf } from './endpoint.ts'
import { projectSubscriptions } from './project-file.ts'
import { readSetting, type Store, writeSetting } from './store.ts'
import { SubscriptionInput } from './webhook-subscriptions.ts'

const SETTING = 'webhooks'
const probability = z.number().min(0).max(1).default(0)

/** What goes wrong on purpose. Seeded: the same changes meet the same fate again. */
const Chaos = z.strictObject({
  seed: z.int().default(1),
  /** Share of events that are sent twice, with the same eventId. */
  duplicate: probability,
  /** Every event waits up to so many milliseconds, each for itself. */
  shuffle: z.number().nonnegative().default(0),
  /** Share of events that are never sent. */
  drop: probability,
  /** Share of events that carry the eventId of the event before. */
  repeatEventIds: probability,
  /** Every request also holds an event of a portal that nobody knows. */
  mixPortals: z.boolean().default(false),
  numericSourceId: z.boolean().default(false),
  noSourceId: z.boolean().default(false),
  lowerCaseSource: z.boolean().default(false),
  /** The type of an event stands in `eventType`, as the documents have it. */
  eventTypeKey: z.boolean().default(false),
})
export type Chaos = z.infer<typeof Chaos>

/** All of it has a default, so that a portal that was never told anything sends nothing. */
const Settings = z.strictObject({
  targetUrl: z
    .string()
    .refine((url) => isLoopback(url) && url.startsWith('http:'), {
      error: 'must be an http address on this machine, such as http://127.0.0.1:3000/webhooks',
    })
    .nullable()
    .default(null),
  subscriptions: z.array(SubscriptionInput).default([]),
  /** How long events are gathered before they are sent, in real milliseconds. */
  gatherMs: z.number().nonnegative().max(60_000).default(100),
  /** How long an answer may take, in real milliseconds. */
  timeoutMs: z.number().positive().default(5_000),
  /** Whose time requests are stamped with: the sandbox's, or the machine's, whatever the sandbox's is. */
  stampWith: z.enum(['sandbox', 'machine']).default('sandbox'),
  chaos: Chaos.default(() => Chaos.parse({})),
})
export type WebhookSettings = z.infer<typeof Settings>

const Change = z
  .looseObject({ subscriptions: z.union([z.literal('app'), z.array(z.unknown())]).optional() })
  .transform(({ subscriptions, ...others }) => ({
    ...others,
    ...(subscriptions && {
      subscriptions: subscriptions === 'app' ? projectSubscriptions() : subscriptions,
    }),
  }))

function storedSettings(store: Store): Record<string, unknown> {
  return JSON.parse(readSetting(store, SETTING) ?? '{}')
}

export function readSettings(store: Store): WebhookSettings {
  return Settings.parse(storedSettings(store))
}

/**
 * Changes the settings for good. Keys that are left out stay as they are; `chaos` and `subscriptions` are
 * replaced as a whole, and the subscriptions `app` are those of the app's project file.
 * @throws ApiError 400 that names what cannot be
 */
export function changeSettings(store: Store, change: unknown): WebhookSettings {
  const body = { ...storedSettings(store), ...bodyOf({ body: change }, Change) }
  const settings = bodyOf({ body }, Settings)
  writeSetting(store, SETTING, JSON.stringify(body))
  return settings
}
