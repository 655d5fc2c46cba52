import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { to18 } from '../../../connectors/salesforce/ids.ts'
import { UserError } from '../../errors.ts'

export const DEMO_CRMS = ['hubspot', 'salesforce'] as const
export type DemoCrm = (typeof DEMO_CRMS)[number]

/** Which look-alike, and what it is filled with: the same people whatever the CRM. */
export interface PortalChoice {
  /** HubSpot unless said. */
  readonly crm?: DemoCrm
  readonly people: number
  readonly seed: number
  readonly csv: readonly string[]
}

/** A look-alike of a CRM in a process of its own. */
export interface SandboxProcess {
  readonly crm: DemoCrm
  readonly url: string
  /** Of the portal or org. */
  readonly accountId: string
  /** Where change events are told, and the file with the certificate that is trusted there; Salesforce only. */
  readonly pubSub?: { readonly endpoint: string; readonly certificateFile: string } | undefined
  /** Records it holds, by object type. */
  readonly counts: Readonly<Record<string, number>>
  stop(): Promise<void>
}

/** Known to both sides; opens nothing but the look-alike on this machine. */
export const SANDBOX_APP = { clientId: 'plumbline-demo', clientSecret: 'sandbox-only-not-a-secret' }

const PubSub = z.object({ endpoint: z.string(), certificate: z.string() })

const Event = z.discriminatedUnion('event', [
  z.object({ event: z.literal('progress'), done: z.number(), total: z.number().nullable() }),
  z.object({ event: z.literal('note'), text: z.string() }),
  z.object({
    event: z.literal('ready'),
    url: z.string(),
    counts: z.record(z.string(), z.number()),
    pubSub: PubSub.optional(),
  }),
  z.object({ event: z.literal('error'), message: z.string() }),
])
type Event = z.infer<typeof Event>

const SERVE = path.resolve(import.meta.dirname, '../../../sandbox/serve.ts')

/** Starts the look-alike; each choice of people is a portal of its own, kept between runs. */
export async function startSandbox(
  directory: string,
  choice: PortalChoice,
  listener: { onProgress(done: number, total: number | null): void; onNote(text: string): void },
  address: { readonly port?: number; readonly webhookUrl?: string } = {},
): Promise<SandboxProcess> {
  const { crm = 'hubspot' } = choice
  const key = await portalKey(choice)
  const accountId = accountOf(crm, Number.parseInt(key.slice(-6), 16) % 9_000_000)
  await mkdir(directory, { recursive: true })
  const fill =
    choice.csv.length > 0
      ? choice.csv.flatMap((file) => ['--csv', path.resolve(file)])
      : ['--people', String(choice.people), '--seed', String(choice.seed)]
  const child = spawn(
    process.execPath,
    [
      SERVE,
      '--crm',
      crm,
      '--file',
      path.join(directory, `${key}.${crm}.sqlite`),
      ...(crm === 'hubspot' ? ['--portal-id', accountId] : ['--org-id', accountId]),
      '--made-at',
      await momentOf(path.join(directory, `${key}.moment`)),
      '--client-id',
      SANDBOX_APP.clientId,
      '--client-secret',
      SANDBOX_APP.clientSecret,
      ...fill,
      ...(address.port === undefined ? [] : ['--port', String(address.port)]),
      ...(address.webhookUrl === undefined ? [] : ['--webhook-url', address.webhookUrl]),
    ],
    // It ends when our end of its stdin closes, also when we are killed. A group of its own keeps Ctrl-C away.
    { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  )
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.stdin.end()
    await exited
  }
  for await (const line of createInterface({ input: child.stdout })) {
    const event = Event.parse(JSON.parse(line))
    if (event.event === 'ready') {
      const { url, counts } = event
      const pubSub = event.pubSub && (await keepCertificate(event.pubSub, directory))
      return { crm, url, accountId, counts, pubSub, stop }
    }
    report(event, listener)
  }
  throw new UserError('The sandbox ended before it was ready; its last lines are above')
}

function report(
  event: Exclude<Event, { event: 'ready' }>,
  listener: Parameters<typeof startSandbox>[2],
): void {
  if (event.event === 'error') throw new UserError(event.message)
  if (event.event === 'note') listener.onNote(event.text)
  else listener.onProgress(event.done, event.total)
}

function accountOf(crm: DemoCrm, n: number): string {
  if (crm === 'hubspot') return String(1_000_000 + n)
  const orgId = to18(`00D${String(n).padStart(12, '0')}`)
  if (orgId === undefined) throw new Error(`${n} makes no id of an org`)
  return orgId
}

async function keepCertificate(
  { endpoint, certificate }: z.infer<typeof PubSub>,
  directory: string,
): Promise<SandboxProcess['pubSub']> {
  const certificateFile = path.join(path.resolve(directory), 'pubsub.pem')
  await writeFile(certificateFile, certificate)
  return { endpoint, certificateFile }
}

/** When a market was made, in ms since 1970: the same for both CRMs, or their people would not be the same. */
async function momentOf(file: string): Promise<string> {
  await writeFile(file, String(Date.now()), { flag: 'wx' }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
  return readFile(file, 'utf8')
}

async function portalKey({ people, seed, csv }: PortalChoice): Promise<string> {
  const hash = createHash('sha256')
  if (csv.length === 0) hash.update(`people ${people} seed ${seed}`)
  for (const file of csv) {
    await access(file).catch((error: unknown) => {
      throw new UserError(`Cannot read ${file}; give --csv the path of a CSV file`, {
        cause: error,
      })
    })
    for await (const chunk of createReadStream(file)) hash.update(chunk)
  }
  const name = csv.length > 0 ? 'csv' : `people-${people}-seed-${seed}`
  return `${name}-${hash.digest('hex').slice(0, 12)}`
}
