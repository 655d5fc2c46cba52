import { z } from 'zod'
import { type Answer, bodyOf, type Endpoint, lever, type SandboxRequest } from './endpoint.ts'
import { oauthCounts } from './oauth-counts.ts'
import { endAllGrants, expireSessions, liveSessions } from './oauth-tokens.ts'
import type { Org } from './org.ts'
import { readSetting, type Store, writeSetting } from './store.ts'

const SETTING = 'oauth'

const PathPrefix = z.string().regex(/^$|^(\/[\w-]+)+$/, 'expected a path like /moved/1')

const Settings = z.strictObject({
  /** How long an exchange of a refresh token takes. */
  delayRefreshMs: z.number().nonnegative().default(0),
  /** Where the org lives now, below the sandbox's address; it answers nowhere else. */
  instanceUrlPath: PathPrefix.default(''),
  /** Whether refreshes come from an address that is not on the app's allow-list. */
  ipRestricted: z.boolean().default(false),
})
type Settings = z.infer<typeof Settings>

const Lever = z.strictObject({
  /** Ends every session; refresh tokens live on. */
  expire: z.literal(true).optional(),
  /** Ends every grant, as an admin does who revokes or uninstalls the app. */
  revoke: z.literal(true).optional(),
  delayRefreshMs: z.number().nonnegative().optional(),
  ipRestricted: z.boolean().optional(),
  instanceUrlPath: PathPrefix.optional(),
})

export function readTokenSettings(store: Store): Settings {
  return Settings.parse(JSON.parse(readSetting(store, SETTING) ?? '{}'))
}

function pull({ store }: Org, request: SandboxRequest): Answer {
  const { expire, revoke, ...changes } = bodyOf(request, Lever)
  writeSetting(store, SETTING, JSON.stringify({ ...readTokenSettings(store), ...changes }))
  if (expire) expireSessions(store)
  if (revoke) endAllGrants(store)
  return { status: 204 }
}

/** Expire, revoke, slow down and move, and what was counted. */
export function tokenControls(org: Org): Endpoint[] {
  return [
    lever('post', '/__tokens', (request) => pull(org, request)),
    lever('get', '/__tokens', (request) => ({
      status: 200,
      body: { ...oauthCounts(org.store), live: liveSessions(org, request.now) },
    })),
  ]
}
