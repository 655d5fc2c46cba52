import path from 'node:path'
import { type Config, readConfig } from '../../config/env.ts'
import { OBJECT_TYPES } from '../../connectors/hubspot/properties.ts'
import { requestSync } from '../../jobs/schedule.ts'
import { UserError } from '../errors.ts'
import { PortTaken } from '../http/server.ts'
import { createLog } from '../log.ts'
import { type Plumbline, startPlumbline, untilStopped } from '../main.ts'
import { type Installation, listInstallations, setStatus } from '../store/installations.ts'
import { giveConsent } from './demo/consent.ts'
import { freePort } from './demo/free-port.ts'
import {
  type PortalChoice,
  SANDBOX_APP,
  type SandboxProcess,
  startSandbox,
} from './demo/sandbox-process.ts'
import { type DemoResult, printSummary, readLedger, summarise } from './demo/summary.ts'
import { watchRun } from './demo/watch.ts'
import { createProgress } from './progress.ts'
import { bold, plural, print, tell } from './terminal.ts'

export interface DemoOptions extends PortalChoice {
  /** End when everything is written instead of staying up. */
  readonly exit: boolean
  readonly json: boolean
  readonly data: string
}

/** The whole pipeline on a look-alike HubSpot, from nothing to scores on every contact. */
export async function demo(options: DemoOptions): Promise<void> {
  const startedAt = new Date()
  const stopping = new AbortController()
  const stopped = untilStopped().then((signal) => stopping.abort(signal))
  const sandbox = await openPortal(options)
  try {
    const plumbline = await startHere(options, sandbox)
    try {
      const installation = await connect(plumbline, sandbox, startedAt)
      const result = await run(plumbline, sandbox, installation, startedAt, stopping.signal)
      await present(options, plumbline, installation, result)
      if (!options.exit) await stopped
    } finally {
      tell('Stopping: open work is finished first.')
      await plumbline.close()
    }
  } finally {
    await sandbox.stop()
  }
}

async function openPortal(options: DemoOptions): Promise<SandboxProcess> {
  tell(bold('Plumbline demo'))
  const view = createProgress()
  const sandbox = await startSandbox(path.join(path.resolve(options.data), 'sandbox'), options, {
    onProgress: (done, total) => view.update([{ name: 'portal', done, total }]),
    onNote: (text) => tell(`  note: ${text}`),
  })
  view.end()
  const { contacts = 0, companies = 0, deals = 0, ...engagements } = sandbox.counts
  const activities = Object.values(engagements).reduce((sum, n) => sum + n, 0)
  tell(
    `  A look-alike HubSpot portal with ${plural(contacts, 'contact')}, ${plural(companies, 'company', 'companies')}, ` +
      `${plural(activities, 'engagement')} and ${plural(deals, 'deal')} answers at ${sandbox.url},`,
  )
  tell("  with HubSpot's own limits: 110 calls per 10 seconds, 100 records per call.")
  return sandbox
}

async function startHere(options: DemoOptions, sandbox: SandboxProcess): Promise<Plumbline> {
  const environment = readConfig()
  const place = environment.databaseUrl ? 'DATABASE_URL' : 'Postgres'
  const queue = environment.redisUrl ? 'Redis' : 'Postgres'
  tell(`  Starting on ${place}, the queue on ${queue}, web and workers.`)
  // The summary is for people; warnings still show.
  const log = createLog(environment.logLevel === 'info' ? 'warn' : environment.logLevel)
  const startAt = async (wanted: number) =>
    startPlumbline(demoConfig(environment, options, sandbox, await freePort(wanted)), log)
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
  sandbox: SandboxProcess,
  port: number,
): Config {
  return {
    ...environment,
    dataDirectory: path.resolve(options.data),
    role: 'all',
    port,
    host: '127.0.0.1',
    publicUrl: `http://127.0.0.1:${port}`,
    hubspot: {
      ...SANDBOX_APP,
      apiUrl: sandbox.url,
      authorizeUrl: `${sandbox.url}/oauth/authorize`,
    },
  }
}

/** Installs the app where it is not yet, and asks for a full reading either way. */
async function connect(
  plumbline: Plumbline,
  sandbox: SandboxProcess,
  startedAt: Date,
): Promise<Installation> {
  const { db, deps, port } = plumbline
  const known = await findByAccount(plumbline, sandbox.portalId)
  await pauseOthers(plumbline, sandbox.portalId)
  if (known?.status === 'active' || known?.status === 'paused') {
    await setStatus(db, known.id, 'active', null, startedAt)
    await requestSync(db, known.id, 'full', startedAt)
    await deps.wake('sync', known.id)
    tell('  The app is installed already; reading the portal again.')
    return known
  }
  await giveConsent(`http://127.0.0.1:${port}`)
  const installed = await findByAccount(plumbline, sandbox.portalId)
  if (!installed)
    throw new UserError('The installation did not arrive; run again with LOG_LEVEL=debug')
  tell('  Installed through OAuth; reading, scoring and writing side by side:')
  return installed
}

async function findByAccount(
  { db }: Plumbline,
  accountId: string,
): Promise<Installation | undefined> {
  const installations = await listInstallations(db)
  return installations.find((each) => each.crm === 'hubspot' && each.accountId === accountId)
}

/** Portals of earlier demos have no server now; calling them would only fail. */
async function pauseOthers({ db, deps }: Plumbline, accountId: string): Promise<void> {
  for (const other of await listInstallations(db)) {
    if (other.accountId === accountId || other.status !== 'active') continue
    await setStatus(db, other.id, 'paused', 'its demo portal is not running', deps.clock.now())
  }
}

async function run(
  { db }: Plumbline,
  sandbox: SandboxProcess,
  installation: Installation,
  startedAt: Date,
  stopped: AbortSignal,
): Promise<DemoResult> {
  const records = OBJECT_TYPES.reduce((sum, type) => sum + (sandbox.counts[type] ?? 0), 0)
  const { contacts: people = 0, companies = 0 } = sandbox.counts
  const expected = { records, people, companies }
  const outcome = await watchRun(
    db,
    installation.id,
    startedAt,
    expected,
    createProgress(),
    stopped,
  )
  return summarise(db, installation.id, outcome, await readLedger(sandbox.url), startedAt)
}

async function present(
  options: DemoOptions,
  { db, port }: Plumbline,
  installation: Installation,
  result: DemoResult,
): Promise<void> {
  if (options.json) return print(JSON.stringify(result))
  await printSummary(db, installation.id, result)
  print()
  print(bold('Try next'))
  const data = options.data === '.plumbline' ? '' : ` --data ${options.data}`
  print(`  npm run -s plumbline -- leads --top 20${data}`)
  print(`  npm run -s plumbline -- explain ID${data}      (an id from the list above)`)
  print(`  npm run -s plumbline -- accounts --top 20${data}`)
  print(`  npm run -s plumbline -- status${data}`)
  print('  npm run demo -- --csv YOUR-EXPORT.csv')
  print()
  if (options.exit) return
  print(
    `Still running: http://127.0.0.1:${port} — changes in the portal are read every few minutes. Ctrl-C ends it.`,
  )
}
