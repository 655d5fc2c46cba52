/**
 * A process of ten workers that share an installation's tokens: `token-worker.ts DATABASE_URL ORG_URL INSTALLATION`.
 * Each asks the org for something ten times a second until stdin ends; then it prints what became of it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { createSalesforceConnector } from '../../connectors/salesforce/index.ts'
import { systemClock } from '../../src/clock.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { storedCredentials } from '../../src/store/tokens.ts'
import { TEST_SECRET } from '../../test/helpers/secret.ts'
import { TOKEN_APP } from './token-app.ts'

const WORKERS = 10
const PAUSE_MS = 100

const [databaseUrl = '', orgUrl = '', installationId = ''] = process.argv.slice(2)
const db = openDatabase(databaseUrl, () => {})
const stopping = new AbortController()
process.stdin.on('end', () => stopping.abort()).resume()

/** Each with a connection and credentials of its own, as in processes of their own. */
function connect() {
  const connector = createSalesforceConnector({ ...TOKEN_APP, loginUrl: orgUrl })
  return connector.connect({
    credentials: storedCredentials(db, createSecretBox(TEST_SECRET), installationId),
    budget: { take: async () => {}, hold: async () => {} },
    clock: systemClock,
    log: pino({ level: 'silent' }),
    wishes: async () => ({ fields: { person: [], company: [] }, mapping: {}, apiShare: 0.5 }),
  })
}

const sum = { answered: 0, failures: {} as Record<string, number> }

async function work(): Promise<void> {
  const connection = connect()
  while (!stopping.signal.aborted) {
    try {
      await connection.account()
      sum.answered += 1
    } catch (error) {
      const name = error instanceof Error ? error.name : String(error)
      sum.failures[name] = (sum.failures[name] ?? 0) + 1
    }
    await sleep(PAUSE_MS)
  }
}

await Promise.all(Array.from({ length: WORKERS }, work))
await db.destroy()
process.stdout.write(`${JSON.stringify(sum)}\n`)
