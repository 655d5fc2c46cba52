import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import type { Config } from '../../config/env.ts'
import { parseScannerRule, type ScannerRule } from '../../config/scanner-rule.ts'
import { fillPortal } from '../../sandbox/hubspot/portal.ts'
import { startHubspotSandbox } from '../../sandbox/hubspot/server.ts'
import { generateMarket } from '../../sandbox/market/generate.ts'
import { giveConsent } from '../../src/cli/demo/consent.ts'
import { freePort } from '../../src/cli/demo/free-port.ts'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import type { Plumbline } from '../../src/main.ts'
import type { AccountScorer } from '../../src/scoring/accounts/account-result.ts'
import { compileAccounts } from '../../src/scoring/accounts/compile-accounts.ts'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { type Model, parseModel } from '../../src/scoring/language/parse.ts'
import type { Scorer } from '../../src/scoring/result.ts'
import { backlog } from '../../src/store/due-backlog.ts'
import { type Installation, listInstallations } from '../../src/store/installations.ts'
import { newestRun } from '../../src/store/sync-runs.ts'
import { controlOf } from './sandbox-control.ts'
import { TEST_SECRET } from './secret.ts'

const STARTER_MODEL = 'config/models/b2b-starter.yaml'
const SCANNER_RULE = 'config/scanner-clicks.yaml'

const Ledger = z.object({
  total: z.number(),
  updateCalls: z.number(),
  recordsWritten: z.number(),
  rateLimited: z.number(),
})

/** A generated portal behind the sandbox's HTTP API. */
export interface TestPortal {
  readonly url: string
  ledger(): Promise<z.infer<typeof Ledger>>
  resetLedger(): Promise<void>
  /** Lets requests fail from now on; none at all ends that. */
  faults(...list: readonly object[]): Promise<void>
  /** Acts as somebody working in the CRM. */
  mutate(change: Readonly<Record<string, unknown>>): Promise<void>
  close(): Promise<void>
}

/** Starts a portal without rate limits, so that tests are quick; the limits have tests of their own. */
export async function startPortal(people: number, seed = 1, portalId = 4711): Promise<TestPortal> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'plumbline-portal-'))
  const file = path.join(directory, 'portal.sqlite')
  const now = Date.now()
  await fillPortal(file, portalId, generateMarket({ people, seed, now }), () => {})
  const sandbox = await startHubspotSandbox({ file, portalId, ...SANDBOX_APP, limits: 'off' })
  const control = controlOf(sandbox.url)
  return {
    url: sandbox.url,
    ledger: async () => Ledger.parse(await (await control('GET', '__ledger')).json()),
    resetLedger: async () => void (await control('DELETE', '__ledger')),
    faults: async (...faults) => void (await control('POST', '__faults', { faults, seed: 1 })),
    mutate: async (change) => void (await control('POST', '__mutate', change)),
    async close() {
      await sandbox.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The settings of a whole Plumbline on one database and one portal. */
export function testConfig(
  databaseUrl: string,
  portal: TestPortal,
  redisUrl: string | null,
): Promise<Config> {
  const authorizeUrl = `${portal.url}/oauth/authorize`
  const hubspot = { ...SANDBOX_APP, apiUrl: portal.url, authorizeUrl }
  return configWith({ hubspot }, databaseUrl, redisUrl)
}

/** The same with other apps. */
export async function configWith(
  apps: Pick<Config, 'hubspot' | 'salesforce'>,
  databaseUrl: string,
  redisUrl: string | null,
): Promise<Config> {
  const port = await freePort(0)
  return {
    databaseUrl,
    ...(redisUrl && { redisUrl }),
    dataDirectory: os.tmpdir(),
    role: 'all',
    secret: TEST_SECRET,
    modelFile: STARTER_MODEL,
    scannerRuleFile: SCANNER_RULE,
    publicUrl: `http://127.0.0.1:${port}`,
    host: '127.0.0.1',
    port,
    logLevel: 'silent',
    schedule: { nightlyAt: '02:00', deltaEveryMinutes: 5 },
    ...apps,
  }
}

/** Installs the app as an admin would. */
export async function installIn(plumbline: Plumbline, crm = 'hubspot'): Promise<Installation> {
  await giveConsent(`http://127.0.0.1:${plumbline.port}`, crm)
  const [installation] = (await listInstallations(plumbline.db)).slice(-1)
  if (!installation) throw new Error('nothing was installed')
  return installation
}

/** Waits until a run that began at `since` or later is complete and nothing is due. */
export async function untilQuiet(
  { db }: Pick<Plumbline, 'db'>,
  installationId: string,
  since: Date,
  patienceMs = 100_000,
): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (Date.now() < deadline) {
    const newest = await newestRun(db, installationId)
    const due = await backlog(db, installationId, new Date())
    const complete = newest?.run.finishedAt && newest.run.finishedAt >= since
    if (complete && Object.values(due).every((n) => n === 0)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`not quiet: ${JSON.stringify(await backlog(db, installationId, new Date()))}`)
}

/** The rule as it is shipped. */
export function shippedScannerRule(): ScannerRule {
  return parseScannerRule(readFileSync(SCANNER_RULE, 'utf8'), SCANNER_RULE)
}

export async function starterScorer(): Promise<Scorer> {
  return compileModel(await starterModel())
}

export async function starterAccounts(): Promise<AccountScorer> {
  const accounts = compileAccounts(await starterModel())
  if (!accounts) throw new Error('the starter model says nothing about accounts')
  return accounts
}

/** Both, for the judge. */
export async function starterJudges(): Promise<{ scorer: Scorer; accounts: AccountScorer }> {
  return { scorer: await starterScorer(), accounts: await starterAccounts() }
}

async function starterModel(): Promise<Model> {
  const parsed = parseModel(await readFile(STARTER_MODEL, 'utf8'))
  if (!parsed.ok) throw new Error('the starter model has problems')
  return parsed.model
}
