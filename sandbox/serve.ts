import type { PortalRecord } from './hubspot/record.ts'
import { type Arguments, readArguments } from './serve-arguments.ts'
import { openCrm, type PubSubAddress, type ServedCrm } from './serve-crm.ts'

const PROGRESS_EVERY_MS = 200

type Event =
  | { event: 'progress'; done: number; total: number | null }
  | { event: 'note'; text: string }
  | { event: 'ready'; url: string; pubSub?: PubSubAddress; counts: Record<string, number> }
  | { event: 'error'; message: string }

function say(event: Event): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** The records to fill the CRM with, and how many people there will be where that is known. */
async function chooseMarket(args: Arguments, { noun }: ServedCrm) {
  const { madeAt: now } = args
  if (args.csv.length > 0) {
    const { readCsvMarket } = await import('./market/csv.ts')
    const onNote = (text: string) => say({ event: 'note', text })
    return { records: readCsvMarket(args.csv, { now, onNote }), people: null }
  }
  if (args.people === null)
    throw new Error(`${args.file} holds no ${noun} yet: give --people N or --csv FILE to fill it.`)
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

async function fill(args: Arguments, crm: ServedCrm): Promise<void> {
  const { records, people } = await chooseMarket(args, crm)
  const progress = progressReporter(people)
  await crm.fill(progress.follow(records), () => progress.tell())
  progress.tell(true)
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
  const crm = await openCrm(args)
  if (!crm.isFilled()) await fill(args, crm)
  const { url, pubSub } = await crm.start()
  say({ event: 'ready', url, ...(pubSub && { pubSub }), counts: crm.counts() })
}

endWithParent()
try {
  await serve()
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  say({ event: 'error', message })
  process.exit(2)
}
