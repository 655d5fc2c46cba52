/**
 * Throws faults at a whole Plumbline, every part of which is a process of its own, while people work in both CRMs; then
 * an independent judge looks for what was lost, done twice or broken.
 *
 *   npm run chaos -- [--people 15000] [--seeds 10] [--first-seed 1] [--faults name,name] [--tier short|long]
 *                    [--queue redis|postgres] [--report FILE.json] [--patience SECONDS]
 *
 * Exits with 1 when anything was, or when recovery took too long.
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { chosenFaults, halfOf } from './catalogue.ts'
import type { Fault } from './fault.ts'
import { isGood, reportLines, reportOf } from './report.ts'
import { runSeed, type SeedResult } from './seed-run.ts'
import type { Measure } from './timeline.ts'

/** Told as soon as a seed has ended; the report has them all. */
const FIRST_COMPLAINTS = 12

interface Tier {
  readonly people: number
  readonly seeds: number
  readonly measure: Measure
  /** An even seed has one half of the faults and an odd one the other, side by side: two seeds have all of them. */
  readonly isHalved: boolean
}

const TIERS: Readonly<Record<'short' | 'long', Tier>> = {
  short: {
    people: 400,
    seeds: 2,
    measure: { lastsMs: 3_000, together: [4, 6], changesPerSecond: 3, patienceMs: 600_000 },
    isHalved: true,
  },
  long: {
    people: 15_000,
    seeds: 10,
    measure: { lastsMs: 5_000, together: [2, 3], changesPerSecond: 8, patienceMs: 600_000 },
    isHalved: false,
  },
}

const wholeNumber = z.coerce.number().int().positive().optional()

const Options = z.object({
  tier: z.enum(['short', 'long']).default('long'),
  people: wholeNumber,
  seeds: wholeNumber,
  'first-seed': wholeNumber,
  faults: z
    .string()
    .transform((text) => text.split(','))
    .optional(),
  queue: z.enum(['redis', 'postgres']).optional(),
  report: z.string().optional(),
  /** Seconds. */
  patience: wholeNumber,
})
type Options = z.infer<typeof Options>

function readOptions(): Options {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      tier: text,
      people: text,
      seeds: text,
      'first-seed': text,
      faults: text,
      queue: text,
      report: text,
      patience: text,
    },
  })
  return Options.parse(values)
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`)
}

function faultsOf(options: Options, seed: number, queue: 'redis' | 'postgres'): readonly Fault[] {
  const faults = chosenFaults(options.faults ?? null, queue)
  if (options.faults || !TIERS[options.tier].isHalved) return faults
  return halfOf(faults, seed % 2)
}

async function runOne(options: Options, seed: number, people: number): Promise<SeedResult> {
  const { measure: usual } = TIERS[options.tier]
  const measure = options.patience ? { ...usual, patienceMs: options.patience * 1_000 } : usual
  const queue = options.queue ?? (seed % 2 === 0 ? 'redis' : 'postgres')
  const faults = faultsOf(options, seed, queue)
  tell(`seed ${seed}: ${people} people, the queue on ${queue}, ${faults.length} kinds of faults`)
  const chosen = { people, seed, queue, faults, measure }
  const result = await runSeed(chosen, (line) => tell(`seed ${seed}: ${line}`))
  const { lost, duplicates, broken } = result.verdict
  const found = `lost ${lost.length}, duplicates ${duplicates.length}, broken ${broken.length}`
  tell(`seed ${seed}: ${found}; seconds: ${JSON.stringify(result.seconds)}`)
  for (const complaint of [...lost, ...duplicates, ...broken].slice(0, FIRST_COMPLAINTS)) {
    tell(`seed ${seed}:   ${complaint}`)
  }
  return result
}

async function runAll(options: Options, seeds: readonly number[], people: number) {
  const run = (seed: number) => runOne(options, seed, people)
  if (TIERS[options.tier].isHalved) return Promise.all(seeds.map(run))
  const runs: SeedResult[] = []
  for (const seed of seeds) runs.push(await run(seed))
  return runs
}

async function main(): Promise<void> {
  const options = readOptions()
  const tier = TIERS[options.tier]
  const people = options.people ?? tier.people
  const first = options['first-seed'] ?? 1
  const seeds = Array.from({ length: options.seeds ?? tier.seeds }, (_, n) => first + n)
  const report = reportOf(await runAll(options, seeds, people), people)
  tell('')
  for (const line of reportLines(report)) tell(line)
  if (options.report) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`)
  const again = `--tier ${options.tier} --people ${people} --first-seed S --seeds 1`
  tell(`one seed again: npm run chaos -- ${again}`)
  process.exitCode = isGood(report) ? 0 : 1
}

await main()
