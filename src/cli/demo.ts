import path from 'node:path'
import { type Config, readConfig } from '../../config/env.ts'
import { requestSync } from '../../jobs/schedule.ts'
import { UserError } from '../errors.ts'
import { PortTaken } from '../http/server.ts'
import { createLog } from '../log.ts'
import { type Plumbline, startPlumbline, untilStopped } from '../main.ts'
import { type Installation, listInstallations, setStatus } from '../store/installations.ts'
import { appsOf } from './demo/app-config.ts'
import { type Comparison, compareSides, type Side } from './demo/compare.ts'
import { giveConsent } from './demo/consent.ts'
import { freePort } from './demo/free-port.ts'
import { closePortals, openPortals, portalCounts } from './demo/portals.ts'
import {
  DEMO_CRMS,
  type DemoCrm,
  type PortalChoice,
  type SandboxProcess,
} from './demo/sandbox-process.ts'
import {
  type DemoResult,
  printComparison,
  printSummary,
  readLedger,
  summarise,
} from './demo/summary.ts'
import { watchRun } from './demo/watch.ts'
import { createProgress } from './progress.ts'
import { bold, print, tell } from './terminal.ts'

export interface DemoOptions extends Omit<PortalChoice, 'crm'> {
  readonly crm: DemoCrm | 'both'
  /** End when everything is written instead of staying up. */
  readonly exit: boolean
  readonly json: boolean
  readonly data: string
}

/** What became of one CRM. */
interface Outcome extends Side {
  readonly result: DemoResult
}

/** The whole pipeline on look-alike CRMs, from nothing to scores on every person. */
export async function demo(options: DemoOptions): Promise<void> {
  const startedAt = new Date()
  const stopping = new AbortController()
  const stopped = untilStopped().then((signal) => stopping.abort(signal))
  const crms = options.crm === 'both' ? DEMO_CRMS : [options.crm]
  tell(bold('Plumbline demo'))
  const portals = await openPortals(crms, options, options.data)
  try {
    const plumbline = await startHere(options, portals)
    try {
      const sides = await connectAll(plumbline, portals, startedAt)
      const outcomes = await runAll(plumbline, sides, startedAt, stopping.signal)
      await present(options, plumbline, outcomes)
      if (!options.exit) await stopped
    } finally {
      tell('Stopping: open work is finished first.')
      await plumbline.close()
    }
  } finally {
    await closePortals(portals)
  }
}

async function startHere(
  options: DemoOptions,
  portals: readonly SandboxProcess[],
): Promise<Plumbline> {
  const environment = readConfig()
  const place = environment.databaseUrl ? 'DATABASE_URL' : 'Postgres'
  const queue = environment.redisUrl ? 'Redis' : 'Postgres'
  tell(`  Starting on ${place}, the queue on ${queue}, web and workers.`)
  // The summary is for people; warnings still show.
  const log = createLog(environment.logLevel === 'info' ? 'warn' : environment.logLevel)
  const startAt = async (wanted: number) =>
    startPlumbline(demoConfig(environment, options, portals, await freePort(wanted)), log)
  try {
    return await startAt(environment.port)
  } catch (error) {
    // Somebody was faster between our look and our start.
    if (error instanceof PortTaken) return startAt(0)
    throw error
  }
}

function demoConfig(
  environment: Config,
  options: DemoOptions,
  portals: readonly SandboxProcess[],
  port: number,
): Config {
  return {
    ...environment,
    dataDirectory: path.resolve(options.data),
    role: 'all',
    port,
    host: '127.0.0.1',
    publicUrl: `http://127.0.0.1:${port}`,
    ...appsOf(portals),
  }
}

async function connectAll(
  plumbline: Plumbline,
  portals: readonly SandboxProcess[],
  startedAt: Date,
): Promise<readonly Side[]> {
  await pauseOthers(plumbline, portals)
  const sides: Side[] = []
  for (const portal of portals) {
    sides.push({ portal, installation: await connect(plumbline, portal, startedAt) })
  }
  return sides
}

/** Installs the app where it is not yet, and asks for a full reading either way. */
async function connect(
  plumbline: Plumbline,
  portal: SandboxProcess,
  startedAt: Date,
): Promise<Installation> {
  const { db, deps, port } = plumbline
  const known = await findByPortal(plumbline, portal)
  if (known?.status === 'active' || known?.status === 'paused') {
    await setStatus(db, known.id, 'active', null, startedAt)
    await requestSync(db, known.id, 'full', startedAt)
    await deps.wake('sync', known.id)
    tell(`  The app is installed in ${NAMES[portal.crm]} already; reading it again.`)
    return known
  }
  await giveConsent(`http://127.0.0.1:${port}`, portal.crm)
  const installed = await findByPortal(plumbline, portal)
  if (!installed)
    throw new UserError('The installation did not arrive; run again with LOG_LEVEL=debug')
  tell(
    `  Installed in ${NAMES[portal.crm]} through OAuth; reading, scoring and writing side by side:`,
  )
  return installed
}

const NAMES: Readonly<Record<DemoCrm, string>> = { hubspot: 'HubSpot', salesforce: 'Salesforce' }

async function findByPortal(
  { db }: Plumbline,
  { crm, accountId }: SandboxProcess,
): Promise<Installation | undefined> {
  const installations = await listInstallations(db)
  return installations.find((each) => each.crm === crm && each.accountId === accountId)
}

/** Accounts of earlier demos have no server now; calling them would only fail. */
async function pauseOthers(
  { db, deps }: Plumbline,
  portals: readonly SandboxProcess[],
): Promise<void> {
  const running = portals.map(({ accountId }) => accountId)
  for (const other of await listInstallations(db)) {
    if (running.includes(other.accountId) || other.status !== 'active') continue
    await setStatus(db, other.id, 'paused', 'its demo portal is not running', deps.clock.now())
  }
}

/** They work side by side; their progress is shown one after the other. */
async function runAll(
  plumbline: Plumbline,
  sides: readonly Side[],
  startedAt: Date,
  stopped: AbortSignal,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const side of sides) {
    if (sides.length > 1) tell(`  ${NAMES[side.portal.crm]}:`)
    outcomes.push({ ...side, result: await run(plumbline, side, startedAt, stopped) })
  }
  return outcomes
}

async function run(
  { db }: Plumbline,
  { portal, installation }: Side,
  startedAt: Date,
  stopped: AbortSignal,
): Promise<DemoResult> {
  const { people, companies, deals, activities } = portalCounts(portal)
  const expected = { records: people + companies + deals + activities, people, companies }
  const view = createProgress()
  const outcome = await watchRun(db, installation.id, startedAt, expected, view, stopped)
  const ledger = await readLedger(portal.url)
  return summarise(db, installation, outcome, ledger, startedAt)
}

async function present(
  options: DemoOptions,
  plumbline: Plumbline,
  outcomes: readonly Outcome[],
): Promise<void> {
  const [first, second] = outcomes
  const compared = first && second ? await compareSides(plumbline, [first, second]) : null
  if (options.json) return printJson(outcomes, compared)
  for (const { portal, installation, result } of outcomes) {
    const title = outcomes.length > 1 ? `${NAMES[portal.crm]}: ` : ''
    await printSummary(plumbline.db, installation, result, title)
  }
  if (compared) printComparison(compared)
  printNext(options, plumbline)
}

function printJson(outcomes: readonly Outcome[], compared: Comparison | null): void {
  const [only, ...others] = outcomes
  const results = outcomes.map(({ portal, result }) => [portal.crm, result])
  const all = { ...Object.fromEntries(results), compared }
  print(JSON.stringify(others.length === 0 ? only?.result : all))
}

function printNext(options: DemoOptions, { port }: Plumbline): void {
  print()
  print(bold('Try next'))
  const data = options.data === '.plumbline' ? '' : ` --data ${options.data}`
  print(`  npm run -s plumbline -- leads --top 20${data}`)
  print(`  npm run -s plumbline -- explain ID${data}      (an id from the list above)`)
  print(`  npm run -s plumbline -- accounts --top 20${data}`)
  print(`  npm run -s plumbline -- status${data}`)
  if (options.crm === 'hubspot') print('  npm run demo -- --crm both')
  print('  npm run demo -- --csv YOUR-EXPORT.csv')
  print()
  if (options.exit) return
  print(
    `Still running: http://127.0.0.1:${port} — changes in the CRM are read every few minutes. Ctrl-C ends it.`,
  )
}
