import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { loadPortal } from '../../sandbox/hubspot/load.ts'
import { DEFAULT_REQUIRED_SCOPES } from '../../sandbox/hubspot/oauth.ts'
import type { PortalRecord } from '../../sandbox/hubspot/record.ts'
import { type SandboxOptions, startHubspotSandbox } from '../../sandbox/hubspot/server.ts'
import { openStore } from '../../sandbox/hubspot/store.ts'

export const PORTAL_ID = 8_080
export const CLIENT = { client_id: 'sandbox-app', client_secret: 'sandbox-only-value' }
export const REDIRECT = 'http://127.0.0.1:9/oauth/callback'
export const V = '2026-09'
/** The moment at which every test portal starts. */
export const START = Date.parse('2026-11-01T12:00:00.000Z')

/** A new directory that goes away with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export function contact(id: number, properties: Record<string, string> = {}): PortalRecord {
  return {
    type: 'contacts',
    id: String(id),
    properties,
    createdAt: START - 86_400_000,
    updatedAt: START - 3_600_000,
  }
}

export function company(id: number, properties: Record<string, string> = {}): PortalRecord {
  return { ...contact(id, properties), type: 'companies' }
}

export function many(count: number): PortalRecord[] {
  return Array.from({ length: count }, (_, index) => contact(index + 1))
}

export const Page = z.object({
  total: z.number().optional(),
  results: z.array(
    z.object({
      id: z.string(),
      properties: z.record(z.string(), z.string().nullable()),
      updatedAt: z.string(),
      archived: z.boolean(),
      associations: z
        .record(z.string(), z.object({ results: z.array(z.object({ id: z.string() })) }))
        .optional(),
    }),
  ),
  paging: z.object({ next: z.object({ after: z.string() }) }).optional(),
})

export const TokenAnswer = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
  hub_id: z.number(),
  user_id: z.number(),
  scopes: z.array(z.string()),
})

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

async function send(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  }
}

/** Talks to a running sandbox at `url`. */
export function client(url: string) {
  const form = (path: string, fields: Record<string, string>) =>
    send(url + path, { method: 'POST', body: new URLSearchParams(fields) })
  const json = (method: string, path: string, body: unknown, token = '') =>
    send(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  /** Agrees on the consent page, and returns the one-time code. */
  const approve = async (optional: string): Promise<string> => {
    const reply = await form('/oauth/authorize/approve', {
      client_id: CLIENT.client_id,
      redirect_uri: REDIRECT,
      scope: DEFAULT_REQUIRED_SCOPES.join(' '),
      optional_scope: optional,
      state: 'st',
    })
    return new URL(reply.headers.get('location') ?? '').searchParams.get('code') ?? ''
  }
  const token = (fields: Record<string, string>) =>
    form(`/oauth/${V}/token`, { ...CLIENT, redirect_uri: REDIRECT, ...fields })
  return {
    url,
    form,
    json,
    token,
    control: (path: string, body: unknown) => json('POST', path, body),
    ledger: async () => (await json('GET', '/__ledger', undefined)).body,
    async install(optional = 'crm.objects.deals.read sales-email-read') {
      const code = await approve(optional)
      const reply = await token({ grant_type: 'authorization_code', code })
      return TokenAnswer.parse(reply.body)
    },
  }
}

/** A portal with these records, its time in the test's hand, and an app that is installed. */
export async function portal(
  records: readonly PortalRecord[] = [],
  options: Partial<SandboxOptions> = {},
) {
  const file = join(temporaryDirectory(), 'portal.db')
  const store = openStore(file)
  await loadPortal(store, records)
  store.close()
  const clock = { now: START }
  const running = await startHubspotSandbox({
    file,
    portalId: PORTAL_ID,
    clientId: CLIENT.client_id,
    clientSecret: CLIENT.client_secret,
    limits: 'off',
    now: () => clock.now,
    ...options,
  })
  onTestFinished(() => running.close())
  const http = client(running.url)
  const { access_token, refresh_token } = await http.install()
  const call = (method: string, path: string, body?: unknown) =>
    http.json(method, path, body, access_token)
  return {
    ...http,
    clock,
    accessToken: access_token,
    refreshToken: refresh_token,
    call,
    objects: (method: string, path: string, body?: unknown) =>
      call(method, `/crm/objects/${V}/${path}`, body),
    async search(type: string, body: unknown) {
      const reply = await call('POST', `/crm/objects/${V}/${type}/search`, body)
      return Page.parse(reply.body)
    },
    async ids(path: string) {
      const reply = await call('GET', `/crm/objects/${V}/${path}`)
      return Page.parse(reply.body).results.map(({ id }) => id)
    },
  }
}
