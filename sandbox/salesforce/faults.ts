import { z } from 'zod'
import { Match, openFaultList } from '../common/faults.ts'

const Action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('delay'), ms: z.number().nonnegative() }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    html: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  /** 401 INVALID_SESSION_ID, however good the token is. */
  z.strictObject({ kind: z.literal('session') }),
  /** 403 REQUEST_LIMIT_EXCEEDED, however little was used. */
  z.strictObject({ kind: z.literal('limit') }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('apply-then-reset') }),
  z.strictObject({ kind: z.literal('truncate') }),
  z.strictObject({ kind: z.literal('hang') }),
  /** Query pages of at most so many records. */
  z.strictObject({ kind: z.literal('short-page'), rows: z.int().positive() }),
  /** UNABLE_TO_LOCK_ROW for a share of the records that are written. */
  z.strictObject({ kind: z.literal('lock-rows'), share: z.number().min(0).max(1) }),
])

const FaultList = z.array(z.strictObject({ match: Match.optional(), do: Action }))

/** The faults, alone or with a seed that makes `probability` fall the same way every time. */
export const FaultInput = z.union([
  FaultList.transform((faults) => ({ faults, seed: undefined })),
  z.strictObject({ faults: FaultList, seed: z.int().optional() }),
])

type FaultAction = z.infer<typeof Action>
type Instead = Extract<FaultAction, { kind: 'status' | 'session' | 'limit' | 'reset' | 'hang' }>

/** What the faults do to one request. */
export interface Effects {
  readonly delayMs: number
  /** Replaces the whole request: nothing is applied. */
  readonly instead?: Instead
  /** The most records of a query page. */
  readonly pageRows?: number
  /** The share of written records whose row is locked. */
  readonly lockShare?: number
  /** Spoils the answer after the request was applied. */
  readonly spoil?: 'apply-then-reset' | 'truncate'
}

export interface Faults {
  replace(input: z.infer<typeof FaultInput>): void
  /** The faults that are set, as they came. */
  list(): z.infer<typeof FaultInput>['faults']
  /** The faults that strike this request; counts it against nth and times. */
  meet(method: string, url: string): Effects
}

/** A request that nothing happens to. */
export const NO_EFFECTS: Effects = { delayMs: 0 }

function withAction(effects: Effects, action: FaultAction): Effects {
  switch (action.kind) {
    case 'delay':
      return { ...effects, delayMs: effects.delayMs + action.ms }
    case 'short-page':
      return { ...effects, pageRows: Math.min(effects.pageRows ?? action.rows, action.rows) }
    case 'lock-rows':
      return { ...effects, lockShare: Math.max(effects.lockShare ?? 0, action.share) }
    case 'truncate':
    case 'apply-then-reset':
      return { ...effects, spoil: action.kind }
    case 'status':
    case 'session':
    case 'limit':
    case 'reset':
    case 'hang':
      return { ...effects, instead: effects.instead ?? action }
  }
}

export function openFaults(): Faults {
  const armed = openFaultList<FaultAction>()
  let listed: z.infer<typeof FaultInput>['faults'] = []
  return {
    replace({ faults, seed }) {
      listed = faults
      armed.replace(faults, seed)
    },
    list: () => listed,
    meet: (method, url) => armed.strike(method, url).reduce(withAction, NO_EFFECTS),
  }
}
