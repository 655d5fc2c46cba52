/**
 * Every error that Plumbline throws on purpose. The class, never the message, decides what happens next;
 * the table in CONTRIBUTING.md lists who retries what.
 */

/** What the operator or user must change: the message names the place and the remedy. Never retried. */
export class UserError extends Error {
  override readonly name: string = 'UserError'
}

/** A request that is not signed as it must be. Answered with 401; nothing of it is used. */
export class NotGenuine extends Error {
  override readonly name = 'NotGenuine'
}

interface CrmErrorOptions extends ErrorOptions {
  /** What of the message the CRM, or whoever else answered, has said. */
  readonly quotes?: string | undefined
}

/** A failure on the way to or inside a CRM. `crm` is the connector's id, e.g. `hubspot`. */
export abstract class CrmError extends Error {
  readonly crm: string
  /** The part of the message that is not ours. It may name people, so the log leaves it out; of refusals, everything. */
  readonly quotes: string | undefined
  constructor(crm: string, message: string, options?: CrmErrorOptions) {
    super(message, options)
    this.crm = crm
    this.quotes = options?.quotes
  }
}

/** Their limit was reached. Retried after `retryAfterMs`; uses no attempt. */
export class CrmRateLimited extends CrmError {
  override readonly name = 'CrmRateLimited'
  readonly retryAfterMs: number
  constructor(crm: string, retryAfterMs: number, options?: ErrorOptions) {
    super(crm, `${crm} asked us to slow down for ${retryAfterMs} ms`, options)
    this.retryAfterMs = retryAfterMs
  }
}

/** Timeout, broken connection, 5xx, lock or an answer that is not what was promised. Retried with backoff. */
export class CrmUnavailable extends CrmError {
  override readonly name = 'CrmUnavailable'
}

/** The access token was refused even after one refresh. The connection is marked; nothing is retried. */
export class CrmAuthExpired extends CrmError {
  override readonly name = 'CrmAuthExpired'
}

/** The CRM says the app was uninstalled or its access revoked. The installation is disconnected. */
export class CrmDisconnected extends CrmError {
  override readonly name = 'CrmDisconnected'
}

/** Our own configuration is wrong (client id, secret, redirect). Never disconnects anybody. */
export class CrmMisconfigured extends CrmError {
  override readonly name = 'CrmMisconfigured'
}

/** This request can never pass as it is. Never retried; the reason is shown. */
export class CrmRejected extends CrmError {
  override readonly name = 'CrmRejected'
  /** HTTP status of the refusal. */
  readonly status: number
  constructor(crm: string, status: number, message: string, options?: ErrorOptions) {
    super(crm, message, options)
    this.status = status
  }
}

/** Rows that a batch had claimed are another worker's by now. What the batch came to is not kept. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** What a program says when it ends on an error: the remedy where there is one, otherwise all that is known. */
export function lastWords(thrown: unknown): string {
  if (thrown instanceof UserError || !(thrown instanceof Error)) return messageOf(thrown)
  return thrown.stack ?? thrown.message
}
