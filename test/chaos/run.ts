/**
 * Throws faults at a whole Plumbline, every part of which is a process of its own, while people work in both CRMs; then
 * an independent judge looks for what was lost, done twice or broken.
 *
 *   npm run chaos -- [--people 15000] [--seeds 10] [--first-seed 1] [--faults name,name] [--tier short|long]
 *                    [--queue redis|postgres] [--report FILE.json]
 *
 * Exits with 1 when anything was, or when recovery took too long.
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { chosenFaults } from './catalogue.ts'
import { isGood, reportLines, reportOf } from './report.ts'
import { runSeed, type SeedResult } from './seed-run.ts'
import type { Measure } from './timeline.ts'

interface Tier {
  readonly people: number
  readonly seeds: number
  readonly measure: Measure
}

const TIERS: Readonly<Record<'short' | 'long', Tier>> = {
  short: {
    people: 400,
    seeds: 2,
    measure: { lastsMs: 3_000, together: [4, 6], changesPerSecond: 3 },
  },
  long: {
    people: 15_000,
    seeds: 10,
    measure: { lastsMs: 5_000, together: [2, 3], changesPerSecond: 8 },
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
    },
  })
  return Options.parse(values)
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`)
}

function runOne(options: Options, seed: number, people: number): Promise<SeedResult> {
  const { measure } = TIERS[options.tier]
  const queue = options.queue ?? (seed % 2 === 0 ? 'redis' : 'postgres')
  const faults = chosenFaults(options.faults ?? null, queue)
  const chosen = { people, seed, queue, faults, measure }
  tell(`seed ${seed}: ${people} people, the queue on ${queue}, ${faults.length} kinds of faults`)
  return runSeed(chosen, (line) => tell(`seed ${seed}: ${line}`))
}

async function main(): Promise<void> {
  const options = readOptions()
  const tier = TIERS[options.tier]
  const people = options.people ?? tier.people
  const first = options['first-seed'] ?? 1
  const runs: SeedResult[] = []
  for (let n = 0; n < (options.seeds ?? tier.seeds); n += 1) {
    const result = await runOne(options, first + n, people)
    const { lost, duplicates, broken } = result.verdict
    tell(
      `seed ${result.seed}: lost ${lost.length}, duplicates ${duplicates.length}, broken ${broken.length}; ` +
        `seconds: ${JSON.stringify(result.seconds)}`,
    )
    runs.push(result)
  }
  const report = reportOf(runs, people)
  tell('')
  for (const line of reportLines(report)) tell(line)
  if (options.report) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`)
  tell(
    `one seed again: npm run chaos -- --tier ${options.tier} --people ${people} --first-seed S --seeds 1`,
  )
  process.exitCode = isGood(report) ? 0 : 1
}

await main()
