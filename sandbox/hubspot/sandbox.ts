import type { Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import type { Ledger } from './ledger.ts'
import type { LimitGate } from './limits.ts'
import type { PortalContext } from './portal-context.ts'
import type { Webhooks } from './webhooks.ts'

/** What every endpoint works on. */
export interface Sandbox extends PortalContext {
  readonly webhooks: Webhooks
  readonly journal: Journal
  readonly limits: LimitGate
  readonly faults: Faults
  readonly ledger: Ledger
}
