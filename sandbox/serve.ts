import { parseArgs } from 'node:util'
import { countObjects } from './hubspot/object-table.ts'
import { fillPortal, isPortalFile } from './hubspot/portal.ts'
import type { PortalRecord } from './hubspot/record.ts'
import { startHubspotSandbox } from './hubspot/server.ts'
import { openStore } from './hubspot/store.ts'

const USAGE =
  'node sandbox/serve.ts --file PATH --portal-id N --client-id ID --client-secret SECRET ' +
  '[--port N] [--people N --seed N | --csv FILE ...] [--webhook-url URL]'
const PROGRESS_EVERY_MS = 200

type Event =
  | { event: 'progress'; done: number; total: number | null }
  | { event: 'note'; text: string }
  | { event: 'ready'; url: string; counts: Record<string, number> }
  | { event: 'error'; message: string }

function say(event: Event): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      'portal-id': { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret': { type: 'string' },
      port: { type: 'string', default: '0' },
      people: { type: 'string' },
      seed: { type: 'string', default: '1' },
      csv: { type: 'string', multiple: true, default: [] },
      'webhook-url': { type: 'string' },
    },
  })
  return {
    file: required(values.file, '--file'),
    portalId: wholeNumber(required(values['portal-id'], '--portal-id'), '--portal-id'),
    clientId: required(values['client-id'], '--client-id'),
    clientSecret: required(values['client-secret'], '--client-secret'),
    port: wholeNumber(values.port, '--port'),
    people: values.people === undefined ? null : wholeNumber(values.people, '--people'),
    seed: wholeNumber(values.seed, '--seed'),
    csv: values.csv,
    ...(values['webhook-url'] && { webhookUrl: values['webhook-url'] }),
  }
}

type Arguments = ReturnType<typeof readArguments>

function required(value: string | undefined, name: string): string {
  if (value !== undefined && value !== '') return value
  throw new Error(`${name} is missing. Usage: ${USAGE}`)
}

function wholeNumber(text: string, name: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new Error(`${name} must be a whole number, not "${text}".`)
}

/** The records to fill the portal with, and how many people there will be where that is known. */
async function chooseMarket(args: Arguments) {
  const now = Date.now()
  if (args.csv.length > 0) {
    const { readCsvMarket } = await import('./market/csv.ts')
    const onNote = (text: string) => say({ event: 'note', text })
    return { records: readCsvMarket(args.csv, { now, onNote }), people: null }
  }
  if (args.people === null)
    throw new Error(`${args.file} holds no portal yet: give --people N or --csv FILE to fill it.`)
  const { generateMarket } = await import('./market/generate.ts')
  const { people, seed } = args
  return { records: generateMarket({ people, seed, now }), people }
}

/** Says how far the fill is, at most every 200 ms and once at the end. */
function progressReporter(total: number | null) {
  let done = 0
  let spoken = Number.NEGATIVE_INFINITY
  return {
    async *follow(records: Iterable<PortalRecord> | AsyncIterable<PortalRecord>) {
      for await (const record of records) {
        if (total === null || record.type === 'contacts') done += 1
        yield record
      }
    },
    tell(isLast = false) {
      if (!isLast && performance.now() - spoken < PROGRESS_EVERY_MS) return
      spoken = performance.now()
      // Merged and archived people come on top of those that were asked for.
      say({ event: 'progress', done: total === null ? done : Math.min(done, total), total })
    },
  }
}

async function fill(args: Arguments): Promise<void> {
  const { records, people } = await chooseMarket(args)
  const progress = progressReporter(people)
  await fillPortal(args.file, args.portalId, progress.follow(records), () => progress.tell())
  progress.tell(true)
}

function countRecords(file: string): Record<string, number> {
  const store = openStore(file)
  const counts = countObjects(store)
  store.close()
  return counts
}

/** The parent's death closes our stdin: then there is nobody left to serve. */
function endWithParent(): void {
  process.stdin.on('end', () => process.exit(0))
  process.stdin.on('error', () => process.exit(0))
  process.stdin.resume()
  process.on('SIGTERM', () => process.exit(0))
}

async function serve(): Promise<void> {
  const args = readArguments()
  if (!isPortalFile(args.file)) await fill(args)
  const { url } = await startHubspotSandbox(args)
  say({ event: 'ready', url, counts: countRecords(args.file) })
}

endWithParent()
try {
  await serve()
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  say({ event: 'error', message })
  process.exit(2)
}
