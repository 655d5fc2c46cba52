import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { idOf } from '../../sandbox/salesforce/ids.ts'
import { claimOrg, type OrgOptions, orgIdOf } from '../../sandbox/salesforce/org.ts'
import { insertRecord, type NewRecord } from '../../sandbox/salesforce/record-table.ts'
import { startSalesforceSandbox } from '../../sandbox/salesforce/server.ts'
import { openStore } from '../../sandbox/salesforce/store.ts'

export const ORG_ID = orgIdOf('00D0Kj000000001')
export const ORG_APP = { client_id: 'sandbox-app', client_secret: 'sandbox-only-value' }
export const ORG_REDIRECT = 'http://127.0.0.1:9/oauth/callback'
/** The version that tests call. */
export const DATA = '/services/data/v66.0'
/** The moment at which every test org starts. */
export const ORG_START = Date.parse('2026-11-01T12:00:00.000Z')

const HOUR_MS = 3_600_000

export interface OrgReply {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON, or the text of another kind. */
  readonly body: unknown
}

export interface OrgTokens {
  readonly access_token: string
  readonly refresh_token?: string | undefined
  readonly instance_url: string
}

const Tokens = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  instance_url: z.string(),
})

/** A lead of the day before the test began; `more` goes over everything. */
export function lead(n: number, fields: NewRecord['fields'] = {}, more: Partial<NewRecord> = {}) {
  return {
    type: 'Lead',
    id: idOf('Lead', n),
    fields: {
      LastName: `Person ${n}`,
      Company: 'Example',
      Status: 'Open - Not Contacted',
      ...fields,
    },
    createdAt: ORG_START - 24 * HOUR_MS,
    modifiedAt: ORG_START - HOUR_MS,
    ...more,
  } satisfies NewRecord
}

export async function orgSend(url: string, init: RequestInit = {}): Promise<OrgReply> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  }
}

const form = (url: string, fields: Record<string, string>) =>
  orgSend(url, { method: 'POST', body: new URLSearchParams(fields) })

/** Consents to the app through the real door, with PKCE. */
export async function connectOrg(url: string): Promise<OrgTokens> {
  const verifier = randomBytes(48).toString('base64url')
  const consent = await form(`${url}/services/oauth2/authorize`, {
    response_type: 'code',
    client_id: ORG_APP.client_id,
    redirect_uri: ORG_REDIRECT,
    scope: 'api refresh_token',
    state: 'st',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const code = new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const reply = await form(`${url}/services/oauth2/token`, {
    ...ORG_APP,
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: ORG_REDIRECT,
  })
  return Tokens.parse(reply.body)
}

/** A new org file with these records, and a directory that goes away with the test. */
export function orgFile(records: Iterable<NewRecord> = []): string {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'org.db')
  const store = openStore(file)
  claimOrg(store, file, ORG_ID, ORG_START - 365 * 24 * HOUR_MS)
  store.db.exec('begin')
  for (const record of records) insertRecord(store, record)
  store.db.exec('commit')
  store.close()
  return file
}

/** Starts the org of a file. */
export function startOrg(file: string, options: Partial<OrgOptions> = {}) {
  return startSalesforceSandbox({
    file,
    orgId: ORG_ID,
    clientId: ORG_APP.client_id,
    clientSecret: ORG_APP.client_secret,
    ...options,
  })
}

/** An org with these records, its time in the test's hand, and the app connected. */
export async function openOrg(
  records: Iterable<NewRecord> = [],
  options: Partial<OrgOptions> = {},
) {
  const clock = { now: ORG_START }
  const file = orgFile(records)
  const running = await startOrg(file, { now: () => clock.now, ...options })
  let isOpen = true
  const close = async () => {
    if (isOpen) await running.close()
    isOpen = false
  }
  onTestFinished(close)
  const { url, pubSub } = running
  const tokens = await connectOrg(url)
  const lever = (path: string, body?: unknown, method = 'POST') =>
    orgSend(url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const call = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) =>
    orgSend(url + (path.startsWith('/services') ? path : `${DATA}/${path}`), {
      method,
      headers: {
        authorization: `Bearer ${tokens.access_token}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return {
    url,
    pubSub,
    file,
    clock,
    token: tokens.access_token,
    tokens,
    lever,
    /** Calls a path below /services/data/v66.0, or from /services on. A text is sent as it is. */
    call,
    /** Runs a query; the first page. */
    query: (soql: string, headers: Record<string, string> = {}) =>
      call('GET', `query?q=${encodeURIComponent(soql)}`, undefined, headers),
    queryAll: (soql: string) => call('GET', `queryAll?q=${encodeURIComponent(soql)}`),
    close,
  }
}

export const QueryPage = z.object({
  totalSize: z.number(),
  done: z.boolean(),
  nextRecordsUrl: z.string().optional(),
  records: z.array(z.record(z.string(), z.unknown())),
})
