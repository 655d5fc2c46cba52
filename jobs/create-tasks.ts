import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'

/** Creates the CRM tasks that are due. */
export async function createTasks(_wake: WakePayload, _deps: Deps): Promise<void> {
  // Nothing marks this stage due yet.
}
