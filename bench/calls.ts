/**
 * What reading and writing a Salesforce org costs in API calls, counted by the org: `node bench/calls.ts`, with
 * `--people 10000`. Full and incremental readings beside the fewest calls that the page sizes allow, and the two ways of
 * writing side by side, by the number of records.
 */
import { parseArgs } from 'node:util'
import { sleep } from '../connectors/http.ts'
import { createBulk } from '../connectors/salesforce/bulk.ts'
import { createClient } from '../connectors/salesforce/client.ts'
import { writeInBatches } from '../connectors/salesforce/push-batch.ts'
import { sendBulk } from '../connectors/salesforce/push-bulk.ts'
import { writePlan } from '../connectors/salesforce/push-plan.ts'
import { createRun } from '../connectors/salesforce/push-run.ts'
import { prepare } from '../connectors/salesforce/push-values.ts'
import { createWriting } from '../connectors/salesforce/writing.ts'
import { generateMarket } from '../sandbox/market/generate.ts'
import { idOf } from '../sandbox/salesforce/ids.ts'
import type { NewRecord } from '../sandbox/salesforce/record-table.ts'
import { readAll, readChanges } from '../test/connectors/pages.ts'
import { openStage, type Stage, TIERS } from '../test/connectors/salesforce/stage.ts'

const PAGE = 2_000
const BATCH = 200
const SIZES = [200, 1_000, 2_000, 3_200, 5_000, 10_000, 20_000]
const DAY_MS = 86_400_000
const NOW = Date.parse('2026-11-01T12:00:00Z')

const { values } = parseArgs({ options: { people: { type: 'string', default: '10000' } } })
const people = Number(values.people)

interface Cost {
  readonly calls: number
  readonly seconds: number
}

async function costOf(stage: Stage, work: () => Promise<unknown>): Promise<Cost> {
  await stage.resetLedger()
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1_000
  return { calls: (await stage.ledger()).total, seconds }
}

function line(what: string, { calls, seconds }: Cost, least: number, note = ''): void {
  const cells = [
    what.padEnd(44),
    String(calls).padStart(6),
    String(least).padStart(6),
    `${(calls / least).toFixed(2)} x`.padStart(8),
    `${seconds.toFixed(1)} s`.padStart(8),
  ]
  console.log(`${cells.join(' ')}  ${note}`)
}

async function readings(): Promise<void> {
  const stage = await openStage([], { market: generateMarket({ people, seed: 1, now: NOW }) })
  const { connection, connector } = stage
  const counts: Record<string, number> = {}
  await connection.provision(TIERS)
  console.log(`${people.toLocaleString('en')} people; calls, the fewest possible, ratio, time\n`)

  const full = await costOf(stage, async () => {
    for (const stream of connector.fullPhases.flat()) {
      const pages = await readAll(connection, stream)
      counts[stream] = pages.reduce((sum, page) => sum + page.records, 0)
    }
  })
  const leastFull = sum(Object.values(counts).map(pagesFor))
  line('full reading', full, leastFull, JSON.stringify(counts))

  const streams = connector.changePhases.flat()
  const quiet = { since: new Date(NOW + DAY_MS), until: new Date(NOW + 2 * DAY_MS) }
  const nothing = await costOf(stage, () => readWindow(stage, streams, quiet))
  line('incremental, nothing has changed', nothing, streams.length, 'one question per object')

  await touch(stage, Math.ceil(people / 100))
  const busy = { since: new Date(NOW), until: new Date(NOW + DAY_MS) }
  const some = await costOf(stage, () => readWindow(stage, streams, busy))
  line('incremental, one person in a hundred', some, streams.length)
  await stage.close()
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)
const pagesFor = (records: number) => Math.max(1, Math.ceil(records / PAGE))

async function readWindow(
  { connection }: Stage,
  streams: readonly string[],
  window: { since: Date; until: Date },
): Promise<void> {
  for (const stream of streams) await readChanges(connection, stream, window)
}

async function touch(stage: Stage, count: number): Promise<void> {
  const pages = await readAll(stage.connection, 'Contact')
  const ids = pages.flatMap((page) => page.people.map(({ id }) => id)).slice(0, count)
  for (const id of ids) {
    const at = NOW + 3_600_000
    await stage.mutate({ op: 'update', type: 'Contact', id, fields: { Title: 'Changed' }, at })
  }
}

/** As the connector makes them, but with the way of writing in our hand. */
function partsOf({ context }: Stage) {
  const refuse = () => Promise.reject(new Error('the token lives long enough'))
  const client = createClient({ timeoutMs: 60_000, sleep, context, refresh: refuse })
  const org = { client, context, bulk: createBulk(client, sleep), sleep }
  return { org, writing: createWriting(org) }
}

async function writings(): Promise<void> {
  const most = Math.max(...SIZES)
  const contacts = Array.from(
    { length: most },
    (_, n): NewRecord => ({
      type: 'Contact',
      id: idOf('Contact', n + 1),
      createdAt: NOW - DAY_MS,
      fields: { LastName: `Contact ${n}` },
    }),
  )
  const stage = await openStage(contacts, { requestTimeoutMs: 60_000, sleep })
  await stage.connection.provision(TIERS)
  const { org, writing } = partsOf(stage)
  console.log('\nscores of contacts written; calls and time of each way, and which is taken\n')
  for (const [turn, count] of SIZES.entries()) {
    const writes = contacts.slice(0, count).map(({ id = '' }) => ({
      subject: { kind: 'person' as const, id },
      values: { plumbline_score: String(turn), plumbline_tier: 'B', plumbline_reasons: 'Why' },
    }))
    const heal = () => writing.heal('person', TIERS.person)
    const run = await createRun(writing, 'Contact', heal)
    const collections = await costOf(stage, () => writeInBatches(run, writes))
    const prepared = writes.map((write) => prepare(write, run.usable))
    const bulk = await costOf(stage, () => sendBulk(org, 'Contact', prepared))
    const { way } = writePlan('Contact', count)
    const cell = ({ calls, seconds }: Cost) =>
      `${String(calls).padStart(5)} calls ${seconds.toFixed(1).padStart(6)} s`
    console.log(
      `${count.toLocaleString('en').padStart(8)}  collections ${cell(collections)} (at least ${Math.ceil(count / BATCH)})` +
        `   bulk ${cell(bulk)}   taken: ${way}`,
    )
  }
  await stage.close()
}

await readings()
await writings()
