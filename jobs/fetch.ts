import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'

/** Reads again what the CRM said has changed. */
export async function fetchRecords(_wake: WakePayload, _deps: Deps): Promise<void> {
  // Nothing marks this stage due yet.
}
