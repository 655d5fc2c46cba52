import { parseArgs } from 'node:util'

const USAGE =
  'node sandbox/serve.ts --file PATH [--crm hubspot] --portal-id N --client-id ID ' +
  '--client-secret SECRET [--port N] [--people N --seed N | --csv FILE ...] [--made-at MS] [--token-lifetime S] ' +
  '[--webhook-url URL]; or --crm salesforce --org-id ID [--pubsub-port N] [--limits CALLS_A_DAY] ' +
  'in place of --portal-id and --webhook-url'

/** Options that only one of the CRMs has. */
const OWN_OPTIONS = {
  hubspot: ['portal-id', 'webhook-url'],
  salesforce: ['org-id', 'pubsub-port', 'limits'],
} as const
type Crm = keyof typeof OWN_OPTIONS

function parsed() {
  return parseArgs({
    options: {
      crm: { type: 'string', default: 'hubspot' },
      file: { type: 'string' },
      'portal-id': { type: 'string' },
      'org-id': { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret': { type: 'string' },
      port: { type: 'string', default: '0' },
      'pubsub-port': { type: 'string' },
      people: { type: 'string' },
      seed: { type: 'string', default: '1' },
      csv: { type: 'string', multiple: true, default: [] },
      limits: { type: 'string' },
      'made-at': { type: 'string' },
      'token-lifetime': { type: 'string' },
      'webhook-url': { type: 'string' },
    },
  }).values
}

function required(value: string | undefined, name: string): string {
  if (value !== undefined && value !== '') return value
  throw new Error(`${name} is missing. Usage: ${USAGE}`)
}

function wholeNumber(text: string, name: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new Error(`${name} must be a whole number, not "${text}".`)
}

function numberIf(text: string | undefined, name: string): number | undefined {
  return text === undefined ? undefined : wholeNumber(text, name)
}

type Values = ReturnType<typeof parsed>

function crmOf(values: Values): Crm {
  const { crm } = values
  if (crm !== 'hubspot' && crm !== 'salesforce')
    throw new Error(`--crm must be hubspot or salesforce, not "${crm}".`)
  const other = crm === 'hubspot' ? 'salesforce' : 'hubspot'
  for (const name of OWN_OPTIONS[other])
    if (values[name] !== undefined) throw new Error(`--${name} is for --crm ${other} only.`)
  return crm
}

function commonArguments(values: Values) {
  const tokenLifetimeS = numberIf(values['token-lifetime'], '--token-lifetime')
  return {
    file: required(values.file, '--file'),
    clientId: required(values['client-id'], '--client-id'),
    clientSecret: required(values['client-secret'], '--client-secret'),
    port: wholeNumber(values.port, '--port'),
    people: numberIf(values.people, '--people') ?? null,
    seed: wholeNumber(values.seed, '--seed'),
    csv: values.csv,
    /** When the people are made, in ms since 1970: with the same seed the same people. */
    madeAt: numberIf(values['made-at'], '--made-at') ?? Date.now(),
    ...(tokenLifetimeS !== undefined && { tokenLifetimeS }),
  }
}

function hubspotArguments(values: Values) {
  return {
    portalId: wholeNumber(required(values['portal-id'], '--portal-id'), '--portal-id'),
    ...(values['webhook-url'] && { webhookUrl: values['webhook-url'] }),
  }
}

function salesforceArguments(values: Values) {
  const dailyLimit = numberIf(values.limits, '--limits')
  return {
    orgId: required(values['org-id'], '--org-id'),
    pubSubPort: numberIf(values['pubsub-port'], '--pubsub-port') ?? 0,
    ...(dailyLimit !== undefined && { dailyLimit }),
  }
}

export type HubspotArguments = ReturnType<typeof commonArguments> &
  ReturnType<typeof hubspotArguments> & { readonly crm: 'hubspot' }
export type SalesforceArguments = ReturnType<typeof commonArguments> &
  ReturnType<typeof salesforceArguments> & { readonly crm: 'salesforce' }
export type Arguments = HubspotArguments | SalesforceArguments

/** What the process was asked for. @throws Error naming the option that is missing or wrong. */
export function readArguments(): Arguments {
  const values = parsed()
  const crm = crmOf(values)
  const common = commonArguments(values)
  return crm === 'hubspot'
    ? { ...common, ...hubspotArguments(values), crm }
    : { ...common, ...salesforceArguments(values), crm }
}
