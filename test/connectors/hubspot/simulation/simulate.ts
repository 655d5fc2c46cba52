import { createHubspotConnector } from '../../../../connectors/hubspot/index.ts'
import { memoryCredentials, recordingBudget, recordingSleep, silentLog } from '../../helpers.ts'
import { chanceOf } from '../../simulation/chance.ts'
import { type Reading, readOn, type Windows } from '../../simulation/delta-reader.ts'
import { noWishes } from '../stage.ts'
import { startHostilePortal } from './hostile-portal.ts'

const START = Date.UTC(2026, 10, 1, 9)
const LENGTH_MS = 25 * 60_000

export interface Simulated extends Omit<Reading, 'mirror'> {
  /** Records whose last change was never read. */
  readonly missed: number
  readonly calls: number
}

/** One hostile history, read by the real connector over HTTP in virtual time. */
export async function simulate(seed: number, windows: Windows): Promise<Simulated> {
  const chance = chanceOf(seed)
  const time = { now: START }
  const portal = await startHostilePortal(chance, time, LENGTH_MS)
  try {
    const connector = createHubspotConnector({
      clientId: 'client-1',
      clientSecret: 'secret-1',
      apiUrl: portal.url,
      authorizeUrl: `${portal.url}/oauth/authorize`,
      redirectUrl: 'http://127.0.0.1:9/oauth/hubspot/callback',
      sleep: recordingSleep().sleep,
    })
    const credentials = memoryCredentials({
      accessToken: 'token',
      refreshToken: 'refresh',
      expiresAt: new Date(START + 10 * 86_400_000),
    })
    const open = () =>
      connector.connect({
        credentials,
        budget: recordingBudget(),
        clock: { now: () => new Date(time.now) },
        log: silentLog,
        wishes: noWishes,
      })
    // Apart from the portal's, so that every kind of reader meets the same history.
    const reader = {
      open,
      windows,
      chance: chanceOf(seed + 1_000_000),
      time,
      stream: 'contacts',
      runsAfterCalm: 2,
    }
    const { mirror, ...reading } = await readOn(reader, START + LENGTH_MS, portal.calm)
    const { ids, truth } = portal.index
    const missed = ids.filter((id, place) => {
      const changedAt = truth[place] ?? 0
      return changedAt >= START && (mirror.get(String(id)) ?? 0) < changedAt
    }).length
    return { ...reading, missed, calls: portal.calls() }
  } finally {
    await portal.close()
  }
}
