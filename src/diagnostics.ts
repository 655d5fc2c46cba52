import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  CrmAuthExpired,
  CrmDisconnected,
  CrmMisconfigured,
  CrmRateLimited,
  CrmRejected,
  CrmUnavailable,
  UserError,
} from './errors.ts'

/**
 * What this process tells about its own work. Nobody who tells knows who hears, and telling costs next to nothing
 * while nobody does. No event holds an id, a value or a text of anybody else's.
 */
export interface Events {
  /** A job of a stage has ended. */
  readonly job: { readonly stage: string; readonly outcome: 'done' | 'failed'; readonly ms: number }
  /** A stage gave a batch back, to be tried again or to wait for somebody. */
  readonly 'batch returned': {
    readonly crm: string
    readonly stage: string
    readonly error: ErrorKind
  }
  /** A request to a CRM has ended. `status`: its HTTP status; null where no whole answer came. */
  readonly 'crm call': { readonly crm: string; readonly status: number | null; readonly ms: number }
  /** A CRM was asked for new tokens. */
  readonly 'token renewal': { readonly crm: string; readonly outcome: 'renewed' | ErrorKind }
  /** A webhook was answered. `crm`: null where none of that name is configured. */
  readonly webhook: { readonly crm: string | null; readonly status: number }
  /** A full reading's lists left records out that we hold. */
  readonly 'records unlisted': { readonly crm: string; readonly records: number }
}

/** What kind of failure it was; few enough to count each. */
export type ErrorKind =
  | 'rate_limited'
  | 'unavailable'
  | 'auth_expired'
  | 'disconnected'
  | 'misconfigured'
  | 'rejected'
  | 'settings'
  | 'other'

export function errorKind(error: unknown): ErrorKind {
  if (error instanceof CrmRateLimited) return 'rate_limited'
  if (error instanceof CrmUnavailable) return 'unavailable'
  if (error instanceof CrmAuthExpired) return 'auth_expired'
  if (error instanceof CrmDisconnected) return 'disconnected'
  if (error instanceof CrmMisconfigured) return 'misconfigured'
  if (error instanceof CrmRejected) return 'rejected'
  return error instanceof UserError ? 'settings' : 'other'
}

/** Tells whoever hears. Never throws. */
export function tell<Name extends keyof Events>(name: Name, event: Events[Name]): void {
  channel(channelName(name)).publish(event)
}

/** Calls `listener` with every such event of this process. @returns the function that ends it */
export function hear<Name extends keyof Events>(
  name: Name,
  listener: (event: Events[Name]) => void,
): () => void {
  // Only `tell` publishes there, and its types are these.
  const onMessage = (message: unknown) => listener(message as Events[Name])
  subscribe(channelName(name), onMessage)
  return () => void unsubscribe(channelName(name), onMessage)
}

function channelName(name: keyof Events): string {
  return `plumbline ${name}`
}
