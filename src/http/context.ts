import type { TrustedProxies } from '../../config/trust-proxy.ts'
import type { Connector, Grant } from '../../connectors/connector.ts'
import type { AnyQueue, Wake } from '../../jobs/queues.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Db } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import type { DbOf } from '../store/tenants.ts'

/** What the routes work with. */
export interface HttpContext {
  /** The owner's, which sees all installations. */
  readonly db: Db
  readonly dbOf: DbOf
  readonly clock: Clock
  readonly log: Log
  /** Tells the workers that something is due. */
  readonly wake: Wake
  /** Shown to admins; absent: there is no such page. */
  readonly queues?: readonly AnyQueue[]
  /** Where browsers and CRMs reach us, without a trailing slash. */
  readonly publicUrl: string
  /** Signs OAuth state. */
  readonly secret: string
  /** State that was signed with it is still taken, while the secret is being replaced. */
  readonly previousSecret?: string | undefined
  /**
   * The proxies in front of us, by number or address; only they are believed who is asking (`X-Forwarded-For`).
   * Absent: nobody is.
   */
  readonly trustProxy?: TrustedProxies | undefined
  readonly connectors: ReadonlyMap<string, Connector>
  /** Records a consent and asks for the first reading. */
  install(connector: Connector, grant: Grant): Promise<Installation>
}
