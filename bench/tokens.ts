/**
 * Thirty workers in three processes share an org's rotating tokens while its sessions end again and again:
 * `node bench/tokens.ts --minutes 10`. A refresh token that is presented twice would end the installation.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { createSalesforceConnector } from '../connectors/salesforce/index.ts'
import { startSalesforceSandbox } from '../sandbox/salesforce/server.ts'
import { openDatabase, prepareDatabase } from '../src/store/database.ts'
import { saveInstallation } from '../src/store/installations.ts'
import { createSecretBox } from '../src/store/secret-box.ts'
import { agreeTo } from '../test/connectors/helpers.ts'
import { startTestPostgres } from '../test/helpers/postgres-server.ts'
import { TEST_SECRET } from '../test/helpers/secret.ts'
import { TOKEN_APP } from './live/token-app.ts'

const PROCESSES = 3
const WORKER = fileURLToPath(new URL('./live/token-worker.ts', import.meta.url))
const Tokens = z.object({ refreshes: z.number(), reuses: z.number(), revocations: z.number() })
const Worked = z.object({ answered: z.number(), failures: z.record(z.string(), z.number()) })

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new Error('--minutes takes a number above 0')

const folder = await mkdtemp(path.join(tmpdir(), 'plumbline-tokens-'))
const org = await startSalesforceSandbox({
  file: path.join(folder, 'org.sqlite'),
  orgId: '00D000000000001',
  dailyLimit: 100_000_000,
  ...TOKEN_APP,
})
const postgres = await startTestPostgres()
const db = openDatabase(postgres.url, () => {})
await prepareDatabase(db, postgres.url)
const installationId = await installApp()
const tokens = async () => Tokens.parse(await (await fetch(`${org.url}/__tokens`)).json())

const children = Array.from({ length: PROCESSES }, () =>
  spawn(process.execPath, [WORKER, postgres.url, org.url, installationId], {
    stdio: ['pipe', 'pipe', 'inherit'],
  }),
)
const outputs = children.map((child) => text(child.stdout))
await untilCalled()
const expiries = await expireAgainAndAgain()
for (const child of children) child.stdin.end()
const worked = (await Promise.all(outputs)).map((line) => Worked.parse(JSON.parse(line)))
const { refreshes, reuses, revocations } = await tokens()
const answered = worked.reduce((sum, each) => sum + each.answered, 0)
console.log(
  `${PROCESSES * 10} workers, ${minutes} min: ${answered.toLocaleString('en')} calls answered, ${expiries} expiries, ` +
    `${refreshes} refreshes, ${reuses} tokens presented twice, ${revocations} revoked, ` +
    `failures ${JSON.stringify(worked.map(({ failures }) => failures))}`,
)
await db.destroy()
await postgres.stop()
await org.close()
await rm(folder, { recursive: true })

async function installApp(): Promise<string> {
  const connector = createSalesforceConnector({ ...TOKEN_APP, loginUrl: org.url })
  const consent = new URL(connector.authorizeUrl('state'))
  const code = await agreeTo(consent, consent.pathname)
  const grant = await connector.exchangeCode(code, 'state')
  const account = { crm: 'salesforce', timeZone: 'UTC', uiDomain: 'org.example' }
  const box = createSecretBox(TEST_SECRET)
  const saved = await saveInstallation(db, box, { ...grant, ...account }, new Date())
  return saved.id
}

async function untilCalled(): Promise<void> {
  const Ledger = z.object({ total: z.number() })
  for (;;) {
    const { total } = Ledger.parse(await (await fetch(`${org.url}/__ledger`)).json())
    if (total > 100) return
    await sleep(200)
  }
}

/** Every 2 to 8 seconds the sessions end, all at once and in the middle of calls. Returns how often. */
async function expireAgainAndAgain(): Promise<number> {
  const until = Date.now() + minutes * 60_000
  let times = 0
  while (Date.now() < until) {
    const answer = await fetch(`${org.url}/__tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ expire: true }),
    })
    if (!answer.ok) throw new Error(`the sessions did not end: ${await answer.text()}`)
    times += 1
    await sleep(2_000 + Math.random() * 6_000)
  }
  return times
}
