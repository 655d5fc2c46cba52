import { crowdedLanes, type LaneStage } from '../src/store/lanes.ts'
import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'

/** Which of an installation's rows a job takes; all of them where no lane is named. */
export interface Share {
  readonly lane?: number
}

/**
 * What a job of a stage with lanes works on. A helper has its lane. The job that every wake-up starts takes everything
 * as long as that is little; where much is due it keeps to the first lane and wakes those of the others that have
 * something. Decided anew with every slice: where two see one row at a change, its lease gives it to one of them.
 */
export async function shareOf(
  { installationId, lane }: WakePayload,
  stage: LaneStage,
  { db, clock, wake }: Pick<Deps, 'db' | 'clock' | 'wake'>,
): Promise<Share> {
  if (lane !== undefined) return { lane }
  const crowded = await crowdedLanes(db, installationId, stage, clock.now())
  if (crowded.length === 0) return {}
  for (const each of crowded) if (each > 0) await wake(stage, installationId, 0, each)
  return { lane: 0 }
}
