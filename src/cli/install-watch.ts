import { messageOf } from '../errors.ts'
import { untilStopped } from '../main.ts'
import type { Db } from '../store/database.ts'
import { type RunOutcome, watchRun } from './demo/watch.ts'
import { createProgress } from './progress.ts'

/** Aborted when somebody wants the command to end. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  void untilStopped().then((signal) => stopping.abort(signal))
  return stopping.signal
}

/** Shows how far reading, scoring and writing are, until everything is written that can be. */
export function watchWork(
  db: Db,
  installationId: string,
  since: Date,
  stopped: AbortSignal,
): Promise<RunOutcome> {
  return watchRun(db, installationId, since, null, createProgress(), stopped)
}

const ANSWER_TIMEOUT_MS = 5_000

/** Whether a Plumbline answers at this address and can work; if not, why. */
export async function readiness(publicUrl: string): Promise<{ ready: boolean; reason: string }> {
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
    const answer = await fetch(`${publicUrl}/readyz`, { signal })
    await answer.body?.cancel()
    return { ready: answer.ok, reason: `it answers ${answer.status}` }
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    return { ready: false, reason: messageOf(cause) || 'nobody answers' }
  }
}
