import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'
import { scorePeople } from './score-people.ts'
import { workSlice } from './slice.ts'

const BATCH = 200

/** Scores whoever is due. */
export function score({ installationId }: WakePayload, deps: Deps): Promise<void> {
  return workSlice(deps, 'score', installationId, BATCH, async (claims, installation) => {
    const people = claims.filter(({ kind }) => kind === 'person')
    await scorePeople(deps, installation, people)
    return true
  })
}
