import type { ConnectionContext, Hold } from '../connector.ts'
import { eitherSignal, type Sleep } from '../http.ts'
import { type Bulk, createBulk } from './bulk.ts'
import type { SalesforceClient } from './client.ts'

/** One customer's org, as readers and writers are given it. */
export interface Org {
  readonly client: SalesforceClient
  readonly context: ConnectionContext
  readonly bulk: Bulk
  readonly sleep: Sleep
}

/** The org for whoever writes while they hold something; a job under way can be ended after that is lost, too. */
export function orgDuring({ client, context, bulk, sleep }: Org, hold: Hold): Org {
  const held = client.during(hold)
  const signal = eitherSignal(context.signal, hold.signal)
  const { abort, deleteUpdate } = bulk
  return {
    client: held,
    context: { ...context, ...(signal && { signal }) },
    bulk: { ...createBulk(held, sleep, signal), abort, deleteUpdate },
    sleep,
  }
}
