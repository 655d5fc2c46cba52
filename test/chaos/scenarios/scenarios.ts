import type { Fault } from '../fault.ts'
import { changedWhileWritten } from './changed-while-written.ts'
import { REWRITING_SCENARIOS } from './everybody-rewritten.ts'
import { OPERATOR_SCENARIOS } from './operators.ts'
import { pollingAlone } from './polling-alone.ts'

/** Special situations, run only when they are asked for by name: each shows what no fault of the suite would. */
export const SCENARIOS: readonly Fault[] = [
  pollingAlone,
  changedWhileWritten,
  ...OPERATOR_SCENARIOS,
  ...REWRITING_SCENARIOS,
]
