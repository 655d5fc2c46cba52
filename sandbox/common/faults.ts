import { z } from 'zod'
import { randomNumbers } from './random.ts'

/** Which requests a fault strikes. */
export const Match = z.strictObject({
  method: z.string().optional(),
  /** Part of the path and query, compared as plain text. */
  route: z.string().optional(),
  /** Only the nth request that matches (1 is the first). */
  nth: z.int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  /** How often the fault strikes at most. */
  times: z.int().positive().optional(),
})
type Match = z.infer<typeof Match>

interface Fault<Action> {
  readonly match?: Match | undefined
  readonly do: Action
}

interface Armed<Action> {
  readonly match: Match
  readonly action: Action
  seen: number
  struck: number
}

/** The faults that are armed at the moment. */
export interface FaultList<Action> {
  /** `seed` makes `probability` fall the same way every time. */
  replace(faults: readonly Fault<Action>[], seed?: number): void
  /** What strikes this request; counts it against nth and times. */
  strike(method: string, url: string): Action[]
}

function strikes(fault: Armed<unknown>, method: string, url: string, random: () => number) {
  const { match } = fault
  if (match.method && match.method.toUpperCase() !== method) return false
  if (match.route && !url.includes(match.route)) return false
  fault.seen += 1
  if (match.nth !== undefined && fault.seen !== match.nth) return false
  if (match.times !== undefined && fault.struck >= match.times) return false
  if (match.probability !== undefined && random() >= match.probability) return false
  fault.struck += 1
  return true
}

export function openFaultList<Action>(): FaultList<Action> {
  let armed: Armed<Action>[] = []
  let random = randomNumbers(1)
  return {
    replace(faults, seed = 1) {
      armed = faults.map((fault) => ({
        match: fault.match ?? {},
        action: fault.do,
        seen: 0,
        struck: 0,
      }))
      random = randomNumbers(seed)
    },
    strike: (method, url) =>
      armed.filter((fault) => strikes(fault, method, url, random)).map(({ action }) => action),
  }
}
