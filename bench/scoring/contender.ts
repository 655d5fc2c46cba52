/** One contender in a process of its own: `contender.ts NAME PEOPLE ACTIVITIES`; tells its parent how long it took. */
import { CONTENDER_NAMES, CONTENDERS, type ContenderName } from './contenders.ts'
import { makePeople } from './people.ts'
import type { Timing } from './timing.ts'

/** A fast pass is over before the compiler has seen enough of it, so there are more of them. In ms. */
const AT_LEAST = 400

async function time(name: ContenderName, people: number, activities: number): Promise<Timing> {
  const { sample, passes, load } = CONTENDERS[name]
  const count = Math.min(sample, people)
  const workload = load([...makePeople(count, activities)])
  const enough = performance.now() + AT_LEAST
  let best = Number.POSITIVE_INFINITY
  let total = 0
  for (let pass = 0; pass < passes || performance.now() < enough; pass++) {
    const start = process.cpuUsage()
    total = await workload.pass()
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, user + system)
  }
  return { microseconds: best / count, total }
}

const [wanted, people, activities] = process.argv.slice(2)
const name = CONTENDER_NAMES.find((each) => each === wanted)
if (name !== undefined) process.send?.(await time(name, Number(people), Number(activities)))
