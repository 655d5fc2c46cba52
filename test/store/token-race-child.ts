import { createInterface } from 'node:readline'
import { pino } from 'pino'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { storedCredentials } from '../../src/store/tokens.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const [databaseUrl = '', crmUrl = '', installationId = ''] = process.argv.slice(2)
const CALLERS = 30

/**
 * One process of several that use an installation's tokens. Each line it reads is a moment, at which all callers
 * ask the CRM for something at once; it answers with how many got it.
 */
async function race(): Promise<void> {
  const db = openDatabase(databaseUrl, () => {})
  const time = { now: new Date() }
  const connector = createHubspotConnector({
    apiUrl: crmUrl,
    authorizeUrl: crmUrl,
    redirectUrl: crmUrl,
    webhookUrl: crmUrl,
    clientId: 'client-1',
    clientSecret: 'secret-1',
  })
  const connect = () =>
    connector.connect({
      credentials: storedCredentials(db, createSecretBox(TEST_SECRET), installationId),
      budget: { take: async () => {}, hold: async () => {} },
      clock: { now: () => time.now },
      log: pino({ level: 'silent' }),
      wishes: async () => ({ fields: { person: [], company: [] }, mapping: {}, apiShare: 0.5 }),
    })
  // Half of them share a connection as a worker's stages do; the others meet at the row alone.
  const shared = connect()
  const connections = Array.from({ length: CALLERS }, (_, n) => (n % 2 === 0 ? shared : connect()))
  for await (const line of createInterface({ input: process.stdin })) {
    time.now = new Date(Number(line))
    const answers = await Promise.allSettled(connections.map((each) => each.account()))
    const failures = answers.flatMap((each) =>
      each.status === 'rejected' ? [String(each.reason)] : [],
    )
    process.stdout.write(`${JSON.stringify({ got: CALLERS - failures.length, failures })}\n`)
  }
  await db.destroy()
}

await race()
