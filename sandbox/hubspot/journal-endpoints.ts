import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Answer, bodyOf, type Endpoint, type SandboxRequest, segment } from './endpoint.ts'
import { apiError, invalid, notFound } from './errors.ts'
import { JournalRequest, type JournalSubscription } from './journal-subscriptions.ts'
import {
  entryAfter,
  eventsIn,
  findEntry,
  firstEntry,
  type JournalEntry,
  lastEntry,
} from './journal-table.ts'
import { admitApp } from './journal-token.ts'
import { parseId } from './object-table.ts'
import type { Sandbox } from './sandbox.ts'

const URL_LIFETIME_MS = 600_000
const iso = (time: number) => new Date(time).toISOString()

function urlSignature({ app }: Sandbox, offset: string, expires: string): string {
  return createHmac('sha256', app.clientSecret)
    .update(`journal file ${offset} until ${expires}`)
    .digest('base64url')
}

/** Where an entry may be fetched from, for a while, by whoever has the address. */
function entryAnswer(sandbox: Sandbox, request: SandboxRequest, entry?: JournalEntry): Answer {
  if (!entry) return { status: 204 }
  const expiresAt = request.now + URL_LIFETIME_MS
  const url = new URL(`/webhooks-journal/files/${entry.offset}`, request.url)
  url.searchParams.set('expires', String(expiresAt))
  url.searchParams.set('signature', urlSignature(sandbox, entry.offset, String(expiresAt)))
  const body = { url: url.href, expiresAt: iso(expiresAt), currentOffset: entry.offset }
  return { status: 200, body }
}

function next(sandbox: Sandbox, request: SandboxRequest): Answer {
  const offset = segment(request, 'offset')
  const entry = findEntry(sandbox.store, offset, request.now)
  if (!entry) throw notFound(`The offset ${offset} does not exist or has expired`)
  return entryAnswer(sandbox, request, entryAfter(sandbox.store, entry.id, request.now))
}

function file(sandbox: Sandbox, request: SandboxRequest): Answer {
  const offset = segment(request, 'offset')
  const expires = request.query.get('expires') ?? ''
  const expected = Buffer.from(urlSignature(sandbox, offset, expires))
  const sent = Buffer.from(request.query.get('signature') ?? '')
  const isGenuine = sent.length === expected.length && timingSafeEqual(sent, expected)
  if (!isGenuine || Number(expires) <= request.now)
    throw apiError(403, 'FORBIDDEN', 'This address is not valid, or not any more')
  const entry = findEntry(sandbox.store, offset, request.now)
  if (!entry) throw notFound(`The offset ${offset} does not exist or has expired`)
  const journalEvents = eventsIn(sandbox.store, entry)
  return { status: 200, body: { offset, journalEvents, publishedAt: iso(entry.publishedAt) } }
}

function subscriptionView({ app }: Sandbox, subscription: JournalSubscription) {
  const { id, request, createdAt, updatedAt } = subscription
  return {
    id,
    appId: app.appId,
    ...request,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  }
}

function subscribe(sandbox: Sandbox, request: SandboxRequest): Answer {
  const asked = bodyOf(request, JournalRequest)
  const { portalId } = sandbox.app
  if (asked.portalId !== undefined && asked.portalId !== portalId)
    throw invalid(`The app is not installed in portal ${asked.portalId}: this is ${portalId}`)
  const subscription = sandbox.journal.subscribe(asked)
  return { status: 200, body: subscriptionView(sandbox, subscription) }
}

function unsubscribe(sandbox: Sandbox, request: SandboxRequest): Answer {
  const text = segment(request, 'id')
  const id = parseId(text)
  if (id !== undefined && sandbox.journal.unsubscribe(id)) return { status: 204 }
  throw notFound(`There is no subscription ${text}`)
}

/** The app's journal and what it records; exempt from the portal's limits. */
export function journalEndpoints(sandbox: Sandbox): Endpoint[] {
  const endpoint = (
    method: Endpoint['method'],
    path: string,
    scope: string,
    run: (request: SandboxRequest) => Answer,
  ): Endpoint => ({
    method,
    path: `/webhooks-journal/${path}`,
    budget: 'exempt',
    run(request) {
      admitApp(sandbox, request, `developer.webhooks_journal.${scope}`)
      return run(request)
    },
  })
  const reading = (path: string, run: (request: SandboxRequest) => Answer): Endpoint =>
    endpoint('get', `journal/:version/${path}`, 'read', (request) => {
      // What has happened until now is to be seen: nobody should have to wait for the gathering.
      sandbox.journal.publish()
      return run(request)
    })
  const list = (): Answer => {
    const results = sandbox.journal.subscriptions().map((one) => subscriptionView(sandbox, one))
    return { status: 200, body: { results } }
  }
  const { store } = sandbox
  const path = 'subscriptions/:version'
  return [
    reading('earliest', (r) => entryAnswer(sandbox, r, firstEntry(store, r.now))),
    reading('latest', (r) => entryAnswer(sandbox, r, lastEntry(store, r.now))),
    reading('offset/:offset/next', (r) => next(sandbox, r)),
    endpoint('get', path, 'subscriptions.read', list),
    endpoint('post', path, 'subscriptions.write', (r) => subscribe(sandbox, r)),
    endpoint('delete', `${path}/:id`, 'subscriptions.write', (r) => unsubscribe(sandbox, r)),
    {
      method: 'get',
      path: '/webhooks-journal/files/:offset',
      budget: 'exempt',
      run: (request) => file(sandbox, request),
    },
  ]
}
