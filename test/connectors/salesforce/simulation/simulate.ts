import { createSalesforceConnector } from '../../../../connectors/salesforce/index.ts'
import { memoryCredentials, recordingBudget, recordingSleep, silentLog } from '../../helpers.ts'
import { chanceOf } from '../../simulation/chance.ts'
import { type Reading, readOn, type Windows } from '../../simulation/delta-reader.ts'
import { noWishes, tokensAt } from '../plain-server.ts'
import { startHostileOrg } from './hostile-org.ts'

const START = Date.UTC(2026, 10, 1, 9)
const LENGTH_MS = 25 * 60_000
/** A transaction that began before the last change commits up to ten minutes later, two runs on. */
const RUNS_AFTER_CALM = 4

export interface Simulated extends Omit<Reading, 'mirror'> {
  /** Records whose last change was never read. */
  readonly missed: number
  readonly calls: number
}

/** One hostile history, read by the real connector over HTTP in virtual time. */
export async function simulate(seed: number, windows: Windows): Promise<Simulated> {
  const chance = chanceOf(seed)
  const time = { now: START }
  const org = await startHostileOrg(chance, time)
  try {
    const connector = createSalesforceConnector({
      clientId: 'client-1',
      clientSecret: 'secret-1',
      loginUrl: org.url,
      redirectUrl: 'http://127.0.0.1:9/oauth/salesforce/callback',
      pubSubEndpoint: '127.0.0.1:9',
      sleep: recordingSleep().sleep,
    })
    const credentials = memoryCredentials(tokensAt(org.url))
    const open = () =>
      connector.connect({
        credentials,
        budget: recordingBudget(),
        clock: { now: () => new Date(time.now) },
        log: silentLog,
        wishes: noWishes,
      })
    const reader = {
      open,
      windows,
      // Apart from the org's, so that every kind of reader meets the same history.
      chance: chanceOf(seed + 1_000_000),
      time,
      stream: 'Lead',
      runsAfterCalm: RUNS_AFTER_CALM,
    }
    const { mirror, ...reading } = await readOn(reader, START + LENGTH_MS, org.calm)
    const { ids, truth } = org.table
    const missed = ids.filter((id, place) => {
      const changedAt = truth[place] ?? 0
      return changedAt >= START && (mirror.get(id) ?? 0) < changedAt
    }).length
    return { ...reading, missed, calls: org.calls() }
  } finally {
    await org.close()
  }
}
