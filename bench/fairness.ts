/**
 * What small customers notice of a large one on the same deployment: `node bench/fairness.ts`, with
 * `--big 500000 --tenants 200 --small 1000 --activities 10 --rate 2 --seconds 60`. A web process and two workers; the
 * CRM sets no pace, so that nobody waits for anything but Plumbline. From the sending of a small customer's webhook to
 * the new score and to its writing, while the large one rests, reads everything anew, or scores and writes everybody.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Pace, type PhaseResult, runPhase } from './fairness/phase.ts'
import {
  beginRescore,
  beginResync,
  endBigWork,
  type Fair,
  type Sizes,
  startFair,
} from './fairness/stage.ts'

/** Until the large customer's work is under way. */
const LEAD_MS = 5_000
const WARM_UP_S = 20

interface Phase {
  readonly name: string
  begin(fair: Fair): Promise<void>
}

const PHASES: readonly Phase[] = [
  { name: 'idle', begin: async () => {} },
  { name: 'resync', begin: beginResync },
  { name: 'rescore', begin: beginRescore },
]

async function main(): Promise<void> {
  const { sizes, pace } = readOptions()
  const began = performance.now()
  const fair = await startFair(sizes)
  try {
    const minutes = ((performance.now() - began) / 60_000).toFixed(1)
    console.log(
      `1 customer with ${sizes.big.toLocaleString('en')} people, ${sizes.tenants - 1} with ${sizes.small.toLocaleString('en')}, made in ${minutes} min; ${pace.rate} changes/s at ${pace.among} small ones for ${pace.seconds} s\n`,
    )
    console.log(HEADING)
    await measureAll(fair, pace)
  } finally {
    await fair.close()
  }
}

function readOptions(): { readonly sizes: Sizes; readonly pace: Pace } {
  const option = (value: string) => ({ type: 'string', default: value }) as const
  const { values } = parseArgs({
    options: {
      big: option('500000'),
      tenants: option('200'),
      small: option('1000'),
      activities: option('10'),
      rate: option('2'),
      seconds: option('60'),
      among: option('60'),
    },
  })
  const number = (name: keyof typeof values) => Number(values[name])
  return {
    sizes: {
      big: number('big'),
      tenants: number('tenants'),
      small: number('small'),
      activities: number('activities'),
    },
    pace: { rate: number('rate'), seconds: number('seconds'), among: number('among') },
  }
}

async function measureAll(fair: Fair, pace: Pace): Promise<void> {
  // Connections, plans and compiled code, of which the first phase would pay for the others.
  await runPhase(fair, { ...pace, seconds: WARM_UP_S }, 0)
  let idle: PhaseResult | null = null
  let person = turnsOf(fair, { ...pace, seconds: WARM_UP_S })
  for (const { name, begin } of PHASES) {
    await begin(fair)
    await sleep(LEAD_MS)
    const result = await runPhase(fair, pace, person)
    idle ??= result
    person += turnsOf(fair, pace)
    print(name, result, idle)
    if (name !== 'idle') await endBigWork(fair)
  }
}

/** How many people of each customer a phase takes. */
function turnsOf({ small }: Fair, { rate, seconds, among }: Pace): number {
  return Math.ceil((rate * seconds) / Math.min(among, small.length))
}

const HEADING = 'large one           n   median      p95      max   ratio of medians, p95   slowest'

function print(name: string, result: PhaseResult, idle: PhaseResult): void {
  for (const what of ['scored', 'written'] as const) {
    console.log(row(`${name}, ${what}`, result[what], idle[what], result.slowest))
  }
  const list = (values: Readonly<Record<string, number>>, unit: (value: number) => string) =>
    Object.entries(values)
      .map(([process, value]) => `${process} ${unit(value)}`)
      .join(', ')
  const cpu = list(result.cpu, (share) => `${Math.round(share * 100)} %`)
  const hung = list(result.hung, (ms) => `${ms} ms`)
  const without = result.sent - result.scored.length
  console.log(`  CPU of one core: ${cpu}`)
  console.log(
    `  event loop hung at most: ${hung}; ${result.bigDue.toLocaleString('en')} rows of the large one due at the end; ${without} of ${result.sent} without a new score`,
  )
}

function row(
  name: string,
  times: readonly number[],
  idle: readonly number[],
  slowest: string,
): string {
  const cell = (text: string | number, width: number) => String(text).padStart(width)
  const s = (ms: number) => `${(ms / 1_000).toFixed(2)} s`
  const ratio = (share: number) => `x ${(at(times, share) / at(idle, share)).toFixed(1)}`
  return [
    name.padEnd(17),
    cell(times.length, 4),
    ...[0.5, 0.95, 1].map((share) => cell(s(at(times, share)), 8)),
    cell(`${ratio(0.5)}, ${ratio(0.95)}`, 24),
    cell(slowest, 9),
  ].join(' ')
}

/** The value that this share of sorted ones does not exceed; NaN of none. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

await main()
