import { z } from 'zod'
import { POLICY_NAMES } from './errors.ts'

const Match = z.strictObject({
  method: z.string().optional(),
  /** Part of the path and query, compared as plain text. */
  route: z.string().optional(),
  /** Only the nth request that matches (1 is the first). */
  nth: z.int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  /** How often the fault strikes at most. */
  times: z.int().positive().optional(),
})

const Action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('delay'), ms: z.number().nonnegative() }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    html: z.string().optional(),
    retryAfter: z.number().optional(),
  }),
  z.strictObject({ kind: z.literal('429'), policyName: z.enum(POLICY_NAMES) }),
  z.strictObject({
    kind: z.literal('partial'),
    ids: z.array(z.string()).optional(),
    count: z.int().positive().optional(),
    category: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('apply-then-reset') }),
  z.strictObject({ kind: z.literal('truncate') }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('search-lag'), ms: z.number().nonnegative() }),
  /** Every change reaches the search's index after a random time of its own. */
  z.strictObject({
    kind: z.literal('index-lag'),
    maxMs: z.number().nonnegative(),
    seed: z.int().default(1),
  }),
])

export const FaultList = z.strictObject({
  faults: z.array(z.strictObject({ match: Match.optional(), do: Action })),
  /** Makes `probability` fall the same way every time. */
  seed: z.int().optional(),
})

type FaultAction = z.infer<typeof Action>
type Final = Extract<FaultAction, { kind: 'status' | '429' | 'reset' | 'hang' }>
type Partial207 = Extract<FaultAction, { kind: 'partial' }>

/** What the faults do to one request. */
export interface Effects {
  readonly delayMs: number
  /** Replaces the whole request: nothing is applied. */
  readonly instead?: Final
  readonly partial?: Partial207
  readonly searchLagMs: number
  readonly indexLag?: Extract<FaultAction, { kind: 'index-lag' }>
  /** Spoils the answer after the request was applied. */
  readonly spoil?: 'apply-then-reset' | 'truncate'
}

export interface Faults {
  replace(list: z.infer<typeof FaultList>): void
  /** The faults that strike this request; counts it against nth and times. */
  meet(method: string, url: string): Effects
}

interface Armed {
  readonly match: z.infer<typeof Match>
  readonly action: FaultAction
  seen: number
  struck: number
}

/** mulberry32: small, and the same numbers on every machine. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function strikes(fault: Armed, method: string, url: string, random: () => number): boolean {
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

function withAction(effects: Effects, action: FaultAction): Effects {
  switch (action.kind) {
    case 'delay':
      return { ...effects, delayMs: effects.delayMs + action.ms }
    case 'search-lag':
      return { ...effects, searchLagMs: Math.max(effects.searchLagMs, action.ms) }
    case 'index-lag':
      return { ...effects, indexLag: action }
    case 'partial':
      return { ...effects, partial: action }
    case 'truncate':
    case 'apply-then-reset':
      return { ...effects, spoil: action.kind }
    case 'status':
    case '429':
    case 'reset':
    case 'hang':
      return { ...effects, instead: effects.instead ?? action }
  }
}

export function openFaults(): Faults {
  let armed: Armed[] = []
  let random = randomNumbers(1)
  return {
    replace(list) {
      armed = list.faults.map((fault) => ({
        match: fault.match ?? {},
        action: fault.do,
        seen: 0,
        struck: 0,
      }))
      random = randomNumbers(list.seed ?? 1)
    },
    meet(method, url) {
      return armed
        .filter((fault) => strikes(fault, method, url, random))
        .reduce<Effects>((effects, fault) => withAction(effects, fault.action), {
          delayMs: 0,
          searchLagMs: 0,
        })
    },
  }
}
