import { z } from 'zod'
import { Match, openFaultList } from '../common/faults.ts'
import { POLICY_NAMES } from './errors.ts'

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
  const armed = openFaultList<FaultAction>()
  return {
    replace: ({ faults, seed }) => armed.replace(faults, seed),
    meet: (method, url) =>
      armed.strike(method, url).reduce<Effects>(withAction, { delayMs: 0, searchLagMs: 0 }),
  }
}
