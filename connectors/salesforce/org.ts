import type { ConnectionContext } from '../connector.ts'
import type { Sleep } from '../http.ts'
import type { Bulk } from './bulk.ts'
import type { SalesforceClient } from './client.ts'

/** One customer's org, as readers and writers are given it. */
export interface Org {
  readonly client: SalesforceClient
  readonly context: ConnectionContext
  readonly bulk: Bulk
  readonly sleep: Sleep
}
