/**
 * How many webhooks one web process accepts per second before the 99th percentile of its answers passes a second:
 * `node bench/load.ts`, with `--batches 1,10,100 --portals 10 --people 2000 --seconds 8`. All of it is real: process,
 * Postgres with its disk, signatures, and a worker beside it that reads, scores and writes what the webhooks tell.
 * Webhooks leave at even distances whatever became of the former ones, and times count from the moment at which they
 * should have left. Sender, CRM, worker and Postgres share the machine with the web process; their CPU is told.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { changeEverybody, commitMs, type LoadStage, startLoadStage } from './load/stage.ts'
import type { StepResult } from './load/step.ts'
import { watchCpu } from './scale/cpu.ts'

const FIRST_RATE = 50
const BISECTIONS = 3
const LIMIT_MS = 1_000

/** What was sent so far, over all steps. */
interface Sums {
  events: number
  acceptedEvents: number
}

interface Plan {
  readonly batch: number
  readonly seconds: number
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      batches: { type: 'string', default: '1,10,100' },
      portals: { type: 'string', default: '10' },
      people: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '8' },
    },
  })
  const [portals, people, seconds] = [values.portals, values.people, values.seconds].map(Number)
  const stage = await startLoadStage(portals ?? 0, people ?? 0)
  const sums: Sums = { events: 0, acceptedEvents: 0 }
  try {
    console.log(
      `${portals} portals with ${people} known people each; ${seconds} s at each rate; a commit alone takes ${(await commitMs(stage.db)).toFixed(1)} ms here`,
    )
    for (const batch of values.batches.split(',').map(Number)) {
      await findLimit(stage, { batch, seconds: seconds ?? 0 }, sums)
    }
    await printAccount(stage, sums)
  } finally {
    await stage.close()
  }
}

/** Doubles the rate until it is too much, then halves the distance a few times. */
async function findLimit(stage: LoadStage, plan: Plan, sums: Sums): Promise<void> {
  const { batch } = plan
  console.log(`\n${batch} ${batch === 1 ? 'event' : 'events'} per webhook`)
  console.log(HEADING)
  let good = 0
  let bad = 0
  for (let rate = FIRST_RATE; bad === 0; rate *= 2) {
    if (await passes(stage, plan, rate, sums)) good = rate
    else bad = rate
  }
  for (let times = 0; times < BISECTIONS && bad - good > 10; times++) {
    const rate = Math.round((good + bad) / 20) * 10
    if (await passes(stage, plan, rate, sums)) good = rate
    else bad = rate
  }
  console.log(
    `${good} webhooks/s (${(good * batch).toLocaleString('en')} events/s) before p99 passes ${LIMIT_MS / 1_000} s`,
  )
}

async function passes(stage: LoadStage, plan: Plan, rate: number, sums: Sums): Promise<boolean> {
  const { batch, seconds } = plan
  await changeEverybody(stage)
  const cpu = await watchCpu(stage.pids)
  const firstEvent = sums.events + 1
  const result = await stage.sender.run({ ...stage.target, rate, batch, seconds, firstEvent })
  sums.events += result.sent * batch
  sums.acceptedEvents += result.accepted * batch
  console.log(row(plan, rate, result, await cpu()))
  return result.accepted === result.sent && result.p99 <= LIMIT_MS
}

const HEADING =
  '  asked   answered  events/s  not 200      p50      p99      max  sender late   CPU of one core'

function row(
  { batch }: Plan,
  rate: number,
  result: StepResult,
  cpu: Readonly<Record<string, number>>,
): string {
  const perSecond = (result.accepted / result.tookMs) * 1_000
  const shares = Object.entries(cpu).map(([name, share]) => `${name} ${Math.round(share * 100)} %`)
  const cpuMs = (name: string) => ((cpu[name] ?? 0) * result.tookMs) / Math.max(1, result.accepted)
  const each = ['web', 'Postgres'].map((name) => `${name} ${cpuMs(name).toFixed(2)} ms`)
  const cell = (text: string | number, width: number) => String(text).padStart(width)
  return [
    cell(`${rate}/s`, 7),
    cell(`${Math.round(perSecond)}/s`, 10),
    cell(Math.round(perSecond * batch), 9),
    cell(result.refused + result.failed, 8),
    ...[result.p50, result.p99, result.max].map((ms) => cell(`${Math.round(ms)} ms`, 8)),
    cell(`${Math.round(result.senderLateMs)} ms`, 12),
    `  ${shares.join(', ')}; per webhook ${each.join(', ')}`,
  ].join(' ')
}

/** Every event that was answered with 200 is in the inbox, and what it is about has been read again. */
async function printAccount({ db }: LoadStage, { events, acceptedEvents }: Sums): Promise<void> {
  const left = await untilFetched(db)
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from inbox`.execute(db)
  const inbox = rows[0]?.n ?? 0
  const lost = Math.max(0, acceptedEvents - inbox)
  const numbers = [events, acceptedEvents, inbox].map((n) => n.toLocaleString('en'))
  console.log(
    `\n${numbers[0]} events sent, ${numbers[1]} answered with 200, ${numbers[2]} in the inbox, ${lost} lost; ${left} records still to be read`,
  )
  if (lost > 0) process.exitCode = 1
}

/** @returns how many are left when it takes longer than a few minutes */
async function untilFetched(db: LoadStage['db']): Promise<number> {
  let left = 0
  for (let tries = 0; tries < 300; tries++) {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from due where stage = 'fetch'`.execute(db)
    left = rows[0]?.n ?? 0
    if (left === 0) break
    await sleep(1_000)
  }
  return left
}

await main()
