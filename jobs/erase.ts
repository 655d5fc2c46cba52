import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'

/** Wipes the people whom the CRM was told to forget. */
export async function erase(_wake: WakePayload, _deps: Deps): Promise<void> {
  // Nothing marks this stage due yet.
}
