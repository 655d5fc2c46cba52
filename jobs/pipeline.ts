import type { DueStage } from '../src/store/due.ts'
import { createTasks } from './create-tasks.ts'
import type { Deps } from './deps.ts'
import { enrich } from './enrich.ts'
import { erase } from './erase.ts'
import { fetchRecords } from './fetch.ts'
import { listen } from './listen.ts'
import type { WakePayload } from './queues.ts'
import { route } from './route.ts'
import { score } from './score.ts'
import { sync } from './sync.ts'
import { writeBack } from './write-back.ts'

/** Does what is due at one stage of one installation, for a bounded time. */
export type Stage = (wake: WakePayload, deps: Deps) => Promise<void>

/**
 * The whole flow. Each stage reads what is due for it, and can only mark something due for a later one:
 *
 *   CRM ─▶ sync, fetch ─▶ mirror, mark enrich
 *                         enrich ─▶ facts, mark score
 *                                   score ─▶ score and receipt, mark write_back (and score again, when decay changes it)
 *                                            write_back ─▶ CRM, mark task and route
 *                                                          task, route ─▶ CRM
 *
 * Beside it, `listen` marks fetch for what an account tells by itself, and `erase` wipes whom the CRM was told to forget.
 */
export const PIPELINE: Readonly<Record<DueStage, Stage>> = {
  sync,
  fetch: fetchRecords,
  enrich,
  score,
  write_back: writeBack,
  task: createTasks,
  route,
  listen,
  erase,
}
