import path from 'node:path'
import { z } from 'zod'
import { UserError } from '../src/errors.ts'
import { type TrustedProxies, TrustProxy } from './trust-proxy.ts'

const Port = z.coerce.number().int().min(0).max(65_535)
const Text = z.string().min(1)

/** Everything an operator can set from outside. */
const Env = z.object({
  DATABASE_URL: Text.optional(),
  DATABASE_TENANT_URL: Text.optional(),
  REDIS_URL: Text.optional(),
  PLUMBLINE_DATA: Text.default('.plumbline'),
  PLUMBLINE_ROLE: z.enum(['web', 'worker', 'all']).default('all'),
  PLUMBLINE_SECRET: z.string().min(32, 'needs at least 32 characters').optional(),
  PLUMBLINE_SECRET_PREVIOUS: z.string().min(32, 'needs at least 32 characters').optional(),
  PLUMBLINE_MODEL: Text.default(path.join(import.meta.dirname, 'models/b2b-starter.yaml')),
  PLUMBLINE_SCANNER_RULE: Text.default(path.join(import.meta.dirname, 'scanner-clicks.yaml')),
  PLUMBLINE_URL: z.url().default('http://127.0.0.1:3000'),
  HOST: Text.default('127.0.0.1'),
  PORT: Port.default(3000),
  METRICS_PORT: Port.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  TRUST_PROXY: TrustProxy.optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NIGHTLY_AT: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 02:00')
    .default('02:00'),
  DELTA_EVERY_MINUTES: z.coerce.number().int().min(1).max(1440).default(5),
  HUBSPOT_CLIENT_ID: Text.optional(),
  HUBSPOT_CLIENT_SECRET: Text.optional(),
  HUBSPOT_CLIENT_SECRET_PREVIOUS: Text.optional(),
  HUBSPOT_API_URL: z.url().default('https://api.hubapi.com'),
  HUBSPOT_AUTHORIZE_URL: z.url().default('https://app.hubspot.com/oauth/authorize'),
  SALESFORCE_CLIENT_ID: Text.optional(),
  SALESFORCE_CLIENT_SECRET: Text.optional(),
  SALESFORCE_LOGIN_URL: z.url().default('https://login.salesforce.com'),
  SALESFORCE_PUBSUB_ENDPOINT: z
    .string()
    .regex(/^[\w.-]+:\d+$/, 'must be HOST:PORT')
    .default('api.pubsub.salesforce.com:7443'),
  SALESFORCE_PUBSUB_CERTIFICATE: Text.optional(),
})

/** Every variable that is read; README.md lists the same. */
export const ENVIRONMENT_NAMES: readonly string[] = Object.keys(Env.shape)

type Role = 'web' | 'worker' | 'all'

/** Settings of one process, parsed and complete. */
export interface Config {
  /** Absent: the embedded Postgres in `dataDirectory`. */
  readonly databaseUrl?: string
  /** The same database as a role that sees one tenant at a time. Absent: we make one and sign in as it. */
  readonly tenantUrl?: string
  /** Absent: BullMQ on Postgres. */
  readonly redisUrl?: string
  readonly dataDirectory: string
  readonly role: Role
  /** Encrypts tokens and signs OAuth state; absent: generated once and kept in `dataDirectory`. */
  readonly secret?: string
  /** Still opens tokens and takes signed state, while the secret is being replaced. */
  readonly previousSecret?: string
  /** The model a new installation starts with. */
  readonly modelFile: string
  /** How clicks made by mail security scanners are told. */
  readonly scannerRuleFile: string
  /** Where browsers and CRMs reach the web role, without a trailing slash. */
  readonly publicUrl: string
  /** Interface the web role listens on; all of them (`0.0.0.0`) in a container. */
  readonly host: string
  readonly port: number
  /** Where `/metrics` is told, in every role; absent: nowhere. */
  readonly metricsPort?: number
  /** Absent: nothing is traced. */
  readonly tracing?: Tracing
  /** Absent: nobody is believed who somebody else is. */
  readonly trustProxy?: TrustedProxies
  readonly logLevel: string
  readonly schedule: Schedule
  readonly hubspot?: HubspotApp
  readonly salesforce?: SalesforceApp
}

interface Tracing {
  /** Of an OpenTelemetry collector that takes OTLP over HTTP. */
  readonly endpoint: string
  /** Share of the traces that are kept, 0 to 1. */
  readonly ratio: number
}

export interface Schedule {
  /** Local time of day of the full resync, `HH:MM`, in the installation's time zone. */
  readonly nightlyAt: string
  readonly deltaEveryMinutes: number
}

/** Our app as registered with HubSpot. */
interface HubspotApp {
  readonly clientId: string
  readonly clientSecret: string
  /** Requests signed with it are still taken for genuine, while the secret is being replaced. */
  readonly previousClientSecret?: string
  readonly apiUrl: string
  readonly authorizeUrl: string
}

/** Our external client app as registered with Salesforce. */
interface SalesforceApp {
  readonly clientId: string
  readonly clientSecret: string
  /** Where admins sign in: production, `https://test.salesforce.com` for sandboxes, or a domain of one's own. */
  readonly loginUrl: string
  /** `HOST:PORT` of the Pub/Sub API. */
  readonly pubSubEndpoint: string
  /** File with the certificate of the Pub/Sub API, where it is not one that the system trusts. */
  readonly pubSubCertificate?: string
}

/**
 * Reads the settings from environment variables.
 * @throws UserError that lists every variable that is wrong
 */
export function readConfig(
  source: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  // An empty variable is how shells and compose files say "not set".
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const parsed = Env.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new UserError(
      `Settings are wrong; correct these environment variables:\n${lines.join('\n')}`,
    )
  }
  const env = parsed.data
  return {
    ...(env.DATABASE_URL && { databaseUrl: env.DATABASE_URL }),
    ...(env.DATABASE_TENANT_URL && { tenantUrl: env.DATABASE_TENANT_URL }),
    ...(env.REDIS_URL && { redisUrl: env.REDIS_URL }),
    ...(env.PLUMBLINE_SECRET && { secret: env.PLUMBLINE_SECRET }),
    ...(env.PLUMBLINE_SECRET_PREVIOUS && { previousSecret: env.PLUMBLINE_SECRET_PREVIOUS }),
    dataDirectory: path.resolve(env.PLUMBLINE_DATA),
    role: env.PLUMBLINE_ROLE,
    modelFile: env.PLUMBLINE_MODEL,
    scannerRuleFile: env.PLUMBLINE_SCANNER_RULE,
    publicUrl: env.PLUMBLINE_URL.replace(/\/$/, ''),
    host: env.HOST,
    port: env.PORT,
    ...(env.METRICS_PORT !== undefined && { metricsPort: env.METRICS_PORT }),
    ...(env.OTEL_EXPORTER_OTLP_ENDPOINT && {
      tracing: { endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT, ratio: env.OTEL_TRACES_SAMPLER_ARG },
    }),
    ...(env.TRUST_PROXY && { trustProxy: env.TRUST_PROXY }),
    logLevel: env.LOG_LEVEL,
    schedule: { nightlyAt: env.NIGHTLY_AT, deltaEveryMinutes: env.DELTA_EVERY_MINUTES },
    ...hubspotApp(env),
    ...salesforceApp(env),
  }
}

type Environment = z.infer<typeof Env>

function hubspotApp(env: Environment): { hubspot?: HubspotApp } {
  const pair = clientPair(env, 'HUBSPOT')
  if (!pair) return {}
  return {
    hubspot: {
      ...pair,
      ...(env.HUBSPOT_CLIENT_SECRET_PREVIOUS && {
        previousClientSecret: env.HUBSPOT_CLIENT_SECRET_PREVIOUS,
      }),
      apiUrl: env.HUBSPOT_API_URL,
      authorizeUrl: env.HUBSPOT_AUTHORIZE_URL,
    },
  }
}

function salesforceApp(env: Environment): { salesforce?: SalesforceApp } {
  const pair = clientPair(env, 'SALESFORCE')
  if (!pair) return {}
  return {
    salesforce: {
      ...pair,
      loginUrl: env.SALESFORCE_LOGIN_URL.replace(/\/$/, ''),
      pubSubEndpoint: env.SALESFORCE_PUBSUB_ENDPOINT,
      ...(env.SALESFORCE_PUBSUB_CERTIFICATE && {
        pubSubCertificate: path.resolve(env.SALESFORCE_PUBSUB_CERTIFICATE),
      }),
    },
  }
}

function clientPair(
  env: Environment,
  crm: 'HUBSPOT' | 'SALESFORCE',
): { clientId: string; clientSecret: string } | null {
  const names = { id: `${crm}_CLIENT_ID`, secret: `${crm}_CLIENT_SECRET` } as const
  const [clientId, clientSecret] = [env[names.id], env[names.secret]]
  if (!clientId && !clientSecret) return null
  if (!clientId || !clientSecret) {
    throw new UserError(`${names.id} and ${names.secret} go together; set both or neither`)
  }
  return { clientId, clientSecret }
}
