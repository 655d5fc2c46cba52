import path from 'node:path'
import { readConfig } from '../../config/env.ts'
import { UserError } from '../errors.ts'
import { untilStopped } from '../main.ts'
import { portalCounts } from './demo/portals.ts'
import {
  DEMO_CRMS,
  type DemoCrm,
  SANDBOX_APP,
  type SandboxProcess,
  startSandbox,
} from './demo/sandbox-process.ts'
import { createProgress } from './progress.ts'
import { bold, plural, print, tell } from './terminal.ts'

export interface SandboxOptions {
  readonly people: number
  readonly seed: number
  readonly port: number
  readonly data: string
}

/** Runs a look-alike CRM until Ctrl-C and says how to connect Plumbline to it, as one would to a real one. */
export async function sandbox(name: string, options: SandboxOptions): Promise<void> {
  const crm = DEMO_CRMS.find((each) => each === name)
  if (!crm) {
    throw new UserError(`There is no look-alike of "${name}"; there are: ${DEMO_CRMS.join(', ')}`)
  }
  const stopped = untilStopped()
  const { publicUrl } = readConfig()
  const folder = path.join(path.resolve(options.data), 'sandbox')
  const view = createProgress()
  const portal = await startSandbox(
    folder,
    { crm, people: options.people, seed: options.seed, csv: [] },
    {
      onProgress: (done, total) => view.update([{ name: 'portal', done, total }]),
      onNote: (text) => tell(`  note: ${text}`),
    },
    {
      port: options.port,
      ...(crm === 'hubspot' && { webhookUrl: `${publicUrl}/webhooks/hubspot` }),
    },
  )
  view.end()
  explain(portal)
  await stopped
  await portal.stop()
}

const LOOKS: Readonly<Record<DemoCrm, { readonly account: string; readonly does: string }>> = {
  hubspot: { account: 'HubSpot portal', does: "with HubSpot's limits, and sends webhooks" },
  salesforce: {
    account: 'Salesforce org',
    does: "with Salesforce's limits, and tells change events",
  },
}

function explain(portal: SandboxProcess): void {
  const { crm, url, accountId } = portal
  const { account, does } = LOOKS[crm]
  const people = plural(portalCounts(portal).people, 'person', 'people')
  print(bold(`A look-alike ${account} (${accountId}) with ${people}`))
  print(`answers at ${url}, ${does}.`)
  print()
  print('To connect Plumbline to it, set this in other terminals:')
  print()
  for (const [name, value] of Object.entries(environmentFor(portal))) {
    print(`export ${name}=${value}`)
  }
  print()
  print('Ctrl-C ends it.')
}

function environmentFor({ crm, url, pubSub }: SandboxProcess): Readonly<Record<string, string>> {
  const { clientId, clientSecret } = SANDBOX_APP
  if (crm === 'hubspot') {
    return {
      HUBSPOT_CLIENT_ID: clientId,
      HUBSPOT_CLIENT_SECRET: clientSecret,
      HUBSPOT_API_URL: url,
      HUBSPOT_AUTHORIZE_URL: `${url}/oauth/authorize`,
    }
  }
  const app = {
    SALESFORCE_CLIENT_ID: clientId,
    SALESFORCE_CLIENT_SECRET: clientSecret,
    SALESFORCE_LOGIN_URL: url,
  }
  if (!pubSub) return app
  return {
    ...app,
    SALESFORCE_PUBSUB_ENDPOINT: pubSub.endpoint,
    SALESFORCE_PUBSUB_CERTIFICATE: pubSub.certificateFile,
  }
}
