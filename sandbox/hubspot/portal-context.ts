import type { SandboxClock } from '../common/clock.ts'
import type { Store } from './store.ts'

/** The one app that this portal knows. */
export interface AppSettings {
  readonly portalId: number
  readonly clientId: string
  readonly clientSecret: string
  readonly appId: number
  /** Scopes that every install must ask for, all of them. */
  readonly requiredScopes: readonly string[]
  readonly tokenLifetimeS: number
  /** Whether a refresh answers with a new refresh token; the old one, used again, revokes the grant. */
  readonly rotateRefreshTokens: boolean
}

/** The portal itself: its file, its one app, its time. */
export interface PortalContext {
  readonly store: Store
  readonly app: AppSettings
  readonly clock: SandboxClock
}
