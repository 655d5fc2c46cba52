import { z } from 'zod'
import type { PortalRecord } from '../../sandbox/hubspot/record.ts'
import type { SandboxOptions } from '../../sandbox/hubspot/server.ts'
import { CLIENT, PORTAL_ID, portal, V } from './portal.ts'

export const SCOPE = {
  read: 'developer.webhooks_journal.read',
  list: 'developer.webhooks_journal.subscriptions.read',
  write: 'developer.webhooks_journal.subscriptions.write',
}

export const Token = z.object({
  access_token: z.string(),
  expires_in: z.number(),
  token_type: z.string(),
})
export const Found = z.object({
  url: z.string(),
  expiresAt: z.string(),
  currentOffset: z.string(),
})
const File = z.object({
  offset: z.string(),
  journalEvents: z.array(z.record(z.string(), z.unknown())),
  publishedAt: z.string(),
})

export const CONTACTS = {
  subscriptionType: 'OBJECT',
  objectTypeId: '0-1',
  portalId: PORTAL_ID,
  actions: ['CREATE', 'UPDATE', 'DELETE', 'MERGE', 'RESTORE'],
  properties: ['city'],
}

/** A portal with an app that reads its journal. */
export async function journalPortal(
  records: readonly PortalRecord[] = [],
  subscriptions: readonly unknown[] = [CONTACTS],
  options: Partial<SandboxOptions> = {},
) {
  const sandbox = await portal(records, options)
  const appToken = (scope: string) =>
    sandbox.form(`/oauth/${V}/token`, { ...CLIENT, grant_type: 'client_credentials', scope })
  const reply = await appToken(Object.values(SCOPE).join(' '))
  const { access_token } = Token.parse(reply.body)
  const app = (method: string, path: string, body?: unknown, token = access_token) =>
    sandbox.json(method, `/webhooks-journal/${path}`, body, token)
  const read = (path: string) => app('GET', `journal/${V}/${path}`)
  const subscribe = (body: unknown) => app('POST', `subscriptions/${V}`, body)
  for (const subscription of subscriptions) await subscribe(subscription)
  const fetchFile = async (url: string) => {
    const { pathname, search } = new URL(url)
    return sandbox.json('GET', pathname + search, undefined)
  }
  return {
    ...sandbox,
    appToken,
    app,
    read,
    subscribe,
    fetchFile,
    mutate: (mutation: Record<string, unknown>) => sandbox.control('/__mutate', mutation),
    /** The entry that a path leads to, with its events. */
    async entry(path: string) {
      const found = Found.parse((await read(path)).body)
      return { ...found, ...File.parse((await fetchFile(found.url)).body) }
    },
  }
}
