import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { NotGenuine, UserError } from '../../src/errors.ts'
import { isNestedWithin } from '../json-depth.ts'
import type { Received, WebhookRequest } from '../notice.ts'
import { readWebhookEvents } from './webhook-events.ts'

/** What HubSpot signs with, and where it sends webhooks. */
export interface WebhookApp {
  readonly clientSecret: string
  /** Still accepted while the client secret is being replaced. */
  readonly previousClientSecret?: string | undefined
  /** The target URL in the app's settings; without one no webhook is accepted. */
  readonly webhookUrl?: string | undefined
}

/**
 * Reads a webhook request.
 * @throws NotGenuine when it does not come from HubSpot, or was signed for another address
 * @throws UserError when it is signed, and still no list of events
 */
export function receive(app: WebhookApp, request: WebhookRequest, now: Date): Received {
  // Cards let a portal's user have HubSpot sign a body of their choice, with a query added to the address. Only
  // the exact target of webhooks may speak for all portals.
  if (request.url !== app.webhookUrl) throw new NotGenuine('this is not the target of webhooks')
  assertSigned(app, request, now)
  return readWebhookEvents(eventsIn(request.body))
}

/**
 * Whose portal a signed request speaks for, by the query that HubSpot adds to its address.
 * @throws NotGenuine when it does not come from HubSpot, or names none or several portals
 */
export function verify(
  app: WebhookApp,
  request: WebhookRequest,
  now: Date,
): { readonly accountId: string } {
  assertSigned(app, request, now)
  const [accountId, ...others] = new URL(request.url).searchParams.getAll('portalId')
  if (accountId === undefined || others.length > 0 || !/^\d+$/.test(accountId)) {
    throw new NotGenuine('the signed address does not name one portal')
  }
  return { accountId }
}

/** A list of flat events has 2; what is deeper is none of HubSpot's. */
const DEEPEST = 16

function eventsIn(body: Buffer): readonly unknown[] {
  const remedy = 'The body is not a JSON list of events'
  if (!isNestedWithin(body, DEEPEST)) throw new UserError(`${remedy}: it is nested too deep`)
  try {
    const events: unknown = JSON.parse(body.toString('utf8'))
    if (Array.isArray(events)) return events
  } catch (cause) {
    throw new UserError(remedy, { cause })
  }
  throw new UserError(remedy)
}

/** HubSpot's own bound, here to both sides: clocks differ. */
const MAX_AGE_MS = 300_000

/**
 * Checks signature and age.
 * @throws NotGenuine
 */
function assertSigned(app: WebhookApp, request: WebhookRequest, now: Date): void {
  const signature = onlyHeader(request, 'x-hubspot-signature-v3')
  const timestamp = onlyHeader(request, 'x-hubspot-request-timestamp')
  assertRecent(timestamp, now)
  const secrets = [app.clientSecret, app.previousClientSecret].filter((each) => each !== undefined)
  // All are tried in any case, so that the time taken does not tell which one it was.
  const matches = secrets.map((secret) => sameText(signature, sign(secret, request, timestamp)))
  if (!matches.includes(true)) throw new NotGenuine('the signature does not fit')
}

/** A header that is there twice is refused: who knows which of both a proxy would have looked at. */
function onlyHeader(request: WebhookRequest, name: string): string {
  const values = Object.entries(request.headers)
    .filter(([given, value]) => given.toLowerCase() === name && value !== undefined)
    .map(([, value]) => value)
  const [value] = values
  if (value === undefined || values.length > 1) throw new NotGenuine(`${name} is not there once`)
  return value
}

function assertRecent(timestamp: string, now: Date): void {
  const at = /^\d{1,16}$/.test(timestamp) ? Number(timestamp) : Number.NaN
  const recent = Number.isSafeInteger(at) && Math.abs(now.getTime() - at) <= MAX_AGE_MS
  if (!recent) throw new NotGenuine('the timestamp is not of the last five minutes')
}

function sign(secret: string, { method, url, body }: WebhookRequest, timestamp: string): string {
  return createHmac('sha256', secret)
    .update(method)
    .update(decodeUri(url))
    .update(body)
    .update(timestamp)
    .digest('base64')
}

/** The escapes that HubSpot decodes before it signs; all others stay as they are. */
const DECODED: Readonly<Record<string, string>> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
  '%24': '$',
}

function decodeUri(url: string): string {
  return url.replace(/%[0-9A-F]{2}/g, (escaped) => DECODED[escaped] ?? escaped)
}

/** In constant time, whatever the lengths: the texts' hashes are compared, which are of one length. */
function sameText(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
