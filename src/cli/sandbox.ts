import path from 'node:path'
import { readConfig } from '../../config/env.ts'
import { UserError } from '../errors.ts'
import { untilStopped } from '../main.ts'
import { SANDBOX_APP, type SandboxProcess, startSandbox } from './demo/sandbox-process.ts'
import { createProgress } from './progress.ts'
import { bold, plural, print, tell } from './terminal.ts'

export interface SandboxOptions {
  readonly people: number
  readonly seed: number
  readonly port: number
  readonly data: string
}

/** Runs a look-alike portal until Ctrl-C and says how to connect Plumbline to it, as one would to a real one. */
export async function sandbox(crm: string, options: SandboxOptions): Promise<void> {
  if (crm !== 'hubspot')
    throw new UserError(`There is no look-alike of "${crm}"; there is: hubspot`)
  const stopped = untilStopped()
  const { publicUrl } = readConfig()
  const view = createProgress()
  const portal = await startSandbox(
    path.join(path.resolve(options.data), 'sandbox'),
    { people: options.people, seed: options.seed, csv: [] },
    {
      onProgress: (done, total) => view.update([{ name: 'portal', done, total }]),
      onNote: (text) => tell(`  note: ${text}`),
    },
    { port: options.port, webhookUrl: `${publicUrl}/webhooks/hubspot` },
  )
  view.end()
  explain(portal)
  await stopped
  await portal.stop()
}

function explain({ url, portalId, counts }: SandboxProcess): void {
  const { contacts = 0 } = counts
  print(bold(`A look-alike HubSpot portal (${portalId}) with ${plural(contacts, 'contact')}`))
  print(`answers at ${url}, with HubSpot's limits, and sends webhooks. Ctrl-C ends it.`)
  print()
  print('To connect Plumbline to it, set this in other terminals:')
  print()
  print(`export HUBSPOT_CLIENT_ID=${SANDBOX_APP.clientId}`)
  print(`export HUBSPOT_CLIENT_SECRET=${SANDBOX_APP.clientSecret}`)
  print(`export HUBSPOT_API_URL=${url}`)
  print(`export HUBSPOT_AUTHORIZE_URL=${url}/oauth/authorize`)
}
