import { accountsMustWait } from '../src/store/account-scores.ts'
import type { Claim } from '../src/store/due.ts'
import type { Installation } from '../src/store/installations.ts'
import type { Deps } from './deps.ts'
import { shareOf } from './lanes.ts'
import type { WakePayload } from './queues.ts'
import { scoreAccounts } from './score-accounts.ts'
import { scorePeople } from './score-people.ts'
import { workSlice } from './slice.ts'

const PEOPLE_AT_ONCE = 200
/** An account comes with hundreds of people: more at a time, and a batch of large ones would fill the memory. */
const ACCOUNTS_AT_ONCE = 50

/** Scores whoever is due; people first, because accounts add up what their people came to. */
export async function score(wake: WakePayload, deps: Deps): Promise<void> {
  const { installationId } = wake
  const share = await shareOf(wake, 'score', deps)
  const people = async (claims: readonly Claim[], installation: Installation) => {
    await scorePeople(deps, installation, claims)
    return true
  }
  await workSlice(deps, 'score', installationId, PEOPLE_AT_ONCE, people, {
    ...share,
    kind: 'person',
  })
  // Nobody of any lane. Their rows stay due, so the sweeper asks again until nobody is on the way.
  if (await accountsMustWait(deps.db, installationId, deps.clock.now())) return
  const accounts = async (claims: readonly Claim[], installation: Installation) => {
    await scoreAccounts(deps, installation, claims)
    return true
  }
  await workSlice(deps, 'score', installationId, ACCOUNTS_AT_ONCE, accounts, {
    ...share,
    kind: 'company',
  })
}
