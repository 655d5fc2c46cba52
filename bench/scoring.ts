/**
 * Plumbline beside a hand-written function and two general rule engines: the same 30 rules, the same people,
 * one run. `npm run bench:scoring`, with `-- --people 20000` or `-- --quick` for a shorter one.
 */
import { parseArgs } from 'node:util'
import { disagreements } from './scoring/agreement.ts'
import { CONTENDER_NAMES } from './scoring/contenders.ts'
import { comparison, growth, verdicts } from './scoring/tables.ts'
import { timeAll } from './scoring/timing.ts'

const GROWING = ['hand', 'standing', 'itemised', 'complete', 'logic'] as const

interface Size {
  readonly people: number
  readonly rounds: number
}

function readSize(): Size {
  const { values } = parseArgs({
    options: { people: { type: 'string' }, quick: { type: 'boolean', default: false } },
  })
  const people = Number(values.people ?? (values.quick ? 10_000 : 100_000))
  if (!Number.isInteger(people) || people < 1) throw new Error('--people takes a whole number')
  return { people, rounds: values.quick ? 2 : 8 }
}

async function compare({ people, rounds }: Size): Promise<void> {
  console.log(`${people.toLocaleString('en')} people with 10 activities each; processor time, best of ${rounds} rounds
"hand": times the time of the hand-written function; "json-…": times faster than that engine
`)
  const timings = await timeAll(CONTENDER_NAMES, { people, activities: 10, rounds })
  console.log(`${comparison(timings, people)}\n\n${verdicts(timings)}\n`)
}

async function compareGrowth({ people, rounds }: Size): Promise<void> {
  const some = Math.min(people, 20_000)
  console.log(`From 10 to 100 activities each, ${some.toLocaleString('en')} people\n`)
  const few = await timeAll(GROWING, { people: some, activities: 10, rounds })
  const many = await timeAll(GROWING, { people: some, activities: 100, rounds })
  console.log(growth(few, many))
}

const size = readSize()
const wrong = await disagreements()
if (wrong.length > 0) {
  console.error(wrong.slice(0, 20).join('\n'))
  console.error(`${wrong.length} outcomes differ; nothing was timed.`)
  process.exitCode = 1
} else {
  console.log('All contenders agree on 2,000 people.\n')
  await compare(size)
  await compareGrowth(size)
}
