import { setTimeout as sleep } from 'node:timers/promises'
import { type Config, readConfig } from '../../config/env.ts'
import { UserError } from '../errors.ts'
import type { Db } from '../store/database.ts'
import { type Consent, findInstallation, latestConsent } from '../store/installations.ts'
import { withDatabase } from './connect.ts'
import { readiness, stopSignal, watchWork } from './install-watch.ts'
import { bold, count, plural, print, tell } from './terminal.ts'

interface InstallOptions {
  /** Until the first full reading is written back. */
  readonly wait: boolean
  readonly data: string
  readonly json: boolean
}

/** How often it is looked whether the admin has agreed. */
const POLL_MS = 500

/** Checks what an installation needs, says what to open, and follows it until the first scores are in the CRM. */
export async function install(crm: string, options: InstallOptions): Promise<void> {
  const { publicUrl } = checkedConfig(crm)
  const { ready, reason } = await readiness(publicUrl)
  if (!ready) throw notRunning(publicUrl, reason)
  const address = `${publicUrl}/install/${crm}`
  if (!options.json) print(`Open this in a browser, signed in to ${crm} as an administrator:`)
  if (!options.json || !options.wait) {
    print(options.json ? JSON.stringify({ crm, address }) : bold(`  ${address}`))
  }
  if (options.json) tell(`Open ${address}`)
  else explain(crm)
  if (!options.wait) return
  await withDatabase(options.data, (db) => follow(db, crm, options))
}

/** Where the app of each CRM is made. */
const APPS = {
  hubspot:
    'The HubSpot app is not configured. Set HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET to what the app in your\n' +
    'HubSpot developer account shows under Auth, add this redirect URL there, and start Plumbline again:',
  salesforce:
    'The Salesforce app is not configured. Set SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET to the consumer key\n' +
    'and secret of your external client app, add this callback URL there, and start Plumbline again:',
} as const

function checkedConfig(name: string): Config {
  const config = readConfig()
  const crms = ['hubspot', 'salesforce'] as const
  const crm = crms.find((each) => each === name)
  if (!crm) {
    throw new UserError(`"${name}" cannot be installed into; the CRMs that can: ${crms.join(', ')}`)
  }
  if (config[crm]) return config
  throw new UserError(`${APPS[crm]}\n  ${config.publicUrl}/oauth/${crm}/callback`)
}

function notRunning(publicUrl: string, reason: string): UserError {
  return new UserError(
    `No Plumbline is ready at ${publicUrl} (${reason}), but the CRM must be able to come back to it.\n` +
      'Start it with: npm start\n' +
      'If browsers reach it at another address, set PLUMBLINE_URL to that, here and there.',
  )
}

function explain(crm: string): void {
  print(
    `${crm} asks for your consent and sends you back. Then people, companies, deals and activities are read, everybody\n` +
      'is scored, and the scores are written into fields of their own. No other field is changed.',
  )
}

async function follow(db: Db, crm: string, options: InstallOptions): Promise<void> {
  const startedAt = Date.now()
  const stopped = stopSignal()
  const consent = await newConsent(db, crm, await latestConsent(db, crm), stopped)
  const installation = await findInstallation(db, consent.installationId)
  if (!installation) throw new UserError('The installation is gone again; start over')
  tell(`Connected: ${crm} account ${installation.accountId}. Reading, scoring and writing:`)
  for (const line of installation.notGranted) tell(`  ${line}`)
  const { people, accounts } = await watchWork(db, installation.id, consent.at, stopped)
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  const { accountId, notGranted } = installation
  if (options.json) {
    return print(JSON.stringify({ crm, accountId, notGranted, people, accounts, seconds }))
  }
  print(
    `${plural(people.people, 'person', 'people')}: ${count(people.scored)} scored, ${count(people.written)} written; ` +
      `${plural(accounts.scored, 'account')} scored, ${count(accounts.written)} written.`,
  )
  print('See the best of them: plumbline leads')
}

/** Waits until an admin agrees; one who is connected already may do so again. */
async function newConsent(
  db: Db,
  crm: string,
  before: Consent | null,
  stopped: AbortSignal,
): Promise<Consent> {
  tell('Waiting for the consent. Ctrl-C ends the waiting; the installation goes on all the same.')
  while (!stopped.aborted) {
    const latest = await latestConsent(db, crm)
    if (latest && latest.at.getTime() !== before?.at.getTime()) return latest
    await sleep(POLL_MS, undefined, { signal: stopped }).catch(() => undefined)
  }
  throw new UserError('Stopped waiting; "plumbline status" tells how it stands')
}
