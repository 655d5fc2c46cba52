import type { Wake } from '../../jobs/queues.ts'
import type { Log } from '../log.ts'
import type { DueStage } from '../store/due.ts'

/**
 * One wake-up in so many milliseconds is enough for a stage of an account: who is awake takes all that is due. Each
 * costs the queue several statements, and webhooks come by the hundred.
 */
const GATHER_MS = 200

/**
 * Wakes stages without waiting for it: the first time at once, and once more after a while if it was asked for
 * again meanwhile. A wake-up that is lost is made good by the sweeper.
 */
export function gatherWakes(
  wake: Wake,
  log: Log,
): (stage: DueStage, installationId: string) => void {
  const resting = new Map<string, { again: boolean }>()
  return function wakeSoon(stage, installationId) {
    const key = `${stage} ${installationId}`
    const rest = resting.get(key)
    if (rest) {
      rest.again = true
      return
    }
    wake(stage, installationId).catch((error: unknown) =>
      log.warn({ stage, installationId, error }, 'a wake-up was lost'),
    )
    const begun = { again: false }
    resting.set(key, begun)
    setTimeout(() => {
      resting.delete(key)
      if (begun.again) wakeSoon(stage, installationId)
    }, GATHER_MS).unref()
  }
}
