import { fork } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'
import type { ContenderName } from './contenders.ts'

const Timing = z.object({
  /**
   * The best pass, in microseconds for one person: processor time of the whole process, its garbage
   * collector included. By the clock, whatever else runs on the machine would lengthen the longer passes most.
   */
  microseconds: z.number(),
  /** What that pass came to: a number that is read is not optimised away. */
  total: z.number(),
})
export type Timing = z.infer<typeof Timing>

/** Microseconds of processor time for one person, by contender. */
export type Timings = ReadonlyMap<ContenderName, number>

interface Course {
  readonly people: number
  readonly activities: number
  readonly rounds: number
}

/**
 * The best pass of every contender. Each round gives each contender a new process, one after the other and
 * in turning order, so that a noisy moment of the machine does not always hit the same one. How well the people
 * lie in memory is another one in every process and makes half of the time, so it takes several to see the best.
 */
export async function timeAll(names: readonly ContenderName[], course: Course): Promise<Timings> {
  const best = new Map<ContenderName, number>()
  for (let round = 0; round < course.rounds; round++) {
    for (const name of [...names.slice(round), ...names.slice(0, round)]) {
      const { microseconds } = await timeOne(name, course)
      best.set(name, Math.min(microseconds, best.get(name) ?? Number.POSITIVE_INFINITY))
    }
  }
  return best
}

async function timeOne(name: ContenderName, { people, activities }: Course): Promise<Timing> {
  const file = new URL('contender.ts', import.meta.url)
  const child = fork(file, [name, String(people), String(activities)])
  const exited = once(child, 'exit')
  const [message]: unknown[] = await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => {
      throw new Error(`${name} ended with code ${code} before it was timed`)
    }),
  ])
  // The next one must not share the machine with this one's clearing up.
  await exited
  return Timing.parse(message)
}
