/**
 * Renews what the HubSpot app's project repeats from the connector: scopes, addresses and webhook subscriptions.
 * `node tools/write-hubspot-app.ts` after a change of the connector;
 * `node tools/write-hubspot-app.ts https://plumbline.your-company.com` to name where your Plumbline runs.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { createHubspotConnector } from '../connectors/hubspot/index.ts'
import { webhookSubscriptions } from '../connectors/hubspot/webhook-subscriptions.ts'
import { lastWords, UserError } from '../src/errors.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
const PROJECT = path.join(ROOT, 'crm-apps/hubspot/src/app')
const APP = path.join(PROJECT, 'app-hsmeta.json')
const WEBHOOKS = path.join(PROJECT, 'webhooks/webhooks-hsmeta.json')
const CARD_HOST = path.join(PROJECT, 'cards/host.ts')

/** Not `looseObject`, which would put the keys into another order. */
const Part = z.record(z.string(), z.unknown())

/** The files that are generated, by path: JSON as values, TypeScript as text. */
export interface HubspotAppFiles {
  readonly app: object
  readonly webhooks: object
  readonly cardHost: string
}

/**
 * @param current the app's file: its name, description and support addresses are the operator's and stay
 * @param host where Plumbline runs, without a trailing slash
 */
export function hubspotAppFiles(current: unknown, host: string): HubspotAppFiles {
  const app = Part.parse(current)
  const config = Part.parse(app['config'])
  const auth = Part.parse(config['auth'])
  const permitted = Part.parse(config['permittedUrls'])
  return {
    app: {
      ...app,
      config: {
        ...config,
        auth: { ...auth, ...scopes(), redirectUrls: [`${host}/oauth/hubspot/callback`] },
        permittedUrls: { ...permitted, fetch: [host] },
      },
    },
    webhooks: webhooks(host),
    cardHost: `/** Where Plumbline runs; written by tools/write-hubspot-app.ts together with the app's other addresses. */
export const HOST = '${host}'
`,
  }
}

/** Those of the installation link: HubSpot refuses the installation when link and app differ. */
function scopes() {
  const connector = createHubspotConnector({
    apiUrl: 'https://api.hubapi.com',
    authorizeUrl: 'https://app.hubspot.com/oauth/authorize',
    clientId: '',
    clientSecret: '',
    redirectUrl: '',
  })
  const { searchParams } = new URL(connector.authorizeUrl(''))
  const listed = (name: string) => (searchParams.get(name) ?? '').split(' ').filter(Boolean)
  return { requiredScopes: listed('scope'), optionalScopes: listed('optional_scope') }
}

/** What HubSpot knows only by its own name for the kind of record, without a generic one. */
const HUB_EVENT = 'contact.privacyDeletion'

function webhooks(host: string) {
  const all = webhookSubscriptions()
  const crmObjects = all.filter(({ subscriptionType }) => subscriptionType !== HUB_EVENT)
  return {
    uid: 'plumbline-webhooks',
    type: 'webhooks',
    config: {
      settings: { targetUrl: `${host}/webhooks/hubspot`, maxConcurrentRequests: 10 },
      subscriptions: {
        crmObjects: crmObjects.map((subscription) => ({ ...subscription, active: true })),
        legacyCrmObjects: [],
        hubEvents: [{ subscriptionType: HUB_EVENT, active: true }],
      },
    },
  }
}

const Host = z
  .string()
  .regex(/^https:\/\/[a-z0-9.-]+\.[a-z]{2,}(:\d+)?$/, 'Write it like https://plumbline.example.com')
const Permitted = z.object({
  config: z.object({ permittedUrls: z.object({ fetch: z.tuple([Host]) }) }),
})

/**
 * The address that is written in the app's file.
 * @throws ZodError when it holds none, or several
 */
export function hostOf(app: unknown): string {
  return Permitted.parse(app).config.permittedUrls.fetch[0]
}

function address(given: string): string {
  const parsed = Host.safeParse(given)
  if (parsed.success) return parsed.data
  throw new UserError(`${given} is no address for HubSpot: ${z.prettifyError(parsed.error)}`)
}

function writeHubspotApp(given: string | undefined): void {
  const current: unknown = JSON.parse(readFileSync(APP, 'utf8'))
  const host = given === undefined ? hostOf(current) : address(given)
  const { app, webhooks: subscriptions, cardHost } = hubspotAppFiles(current, host)
  writeFileSync(APP, JSON.stringify(app, null, 2))
  writeFileSync(WEBHOOKS, JSON.stringify(subscriptions, null, 2))
  writeFileSync(CARD_HOST, cardHost)
  const biome = path.join(ROOT, 'node_modules/.bin/biome')
  const files = ['check', '--write', APP, WEBHOOKS, CARD_HOST]
  const run = spawnSync(biome, files, { cwd: ROOT, stdio: 'inherit' })
  if (run.error) throw run.error
  process.exitCode = run.status ?? 1
}

function main(): void {
  try {
    writeHubspotApp(process.argv[2])
  } catch (error) {
    process.stderr.write(`${lastWords(error)}\n`)
    process.exitCode = 1
  }
}

if (import.meta.main) main()
