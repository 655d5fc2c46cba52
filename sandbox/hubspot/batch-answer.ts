import type { Answer, SandboxRequest } from './endpoint.ts'
import { type BatchFailure, batchFailure, invalid } from './errors.ts'

const BATCH_MAX = 100

/** Refuses a batch that is too long or names a record twice. */
export function checkBatch(ids: readonly string[], max = BATCH_MAX): void {
  if (ids.length > max)
    throw invalid(`The maximum number of inputs is ${max}, but ${ids.length} were sent`)
  const twice = [...new Set(ids.filter((id, position) => ids.indexOf(id) !== position))]
  if (twice.length > 0)
    throw invalid(`Duplicate IDs found in batch input: [${twice.join(', ')}]. IDs must be unique`)
}

/** How a failure names the input it is about. */
export interface InputKey {
  readonly name: string
  readonly value: string
}

export const byId = ({ id }: { readonly id: string }): InputKey => ({ name: 'ids', value: id })

/** Inputs that a fault withholds, as one failure each, and the inputs that go on. */
export function applyPartialFault<T>(
  request: SandboxRequest,
  inputs: readonly T[],
  keyOf: (input: T) => InputKey,
): { going: T[]; failures: BatchFailure[] } {
  const fault = request.effects.partial
  if (!fault) return { going: [...inputs], failures: [] }
  const withheld = inputs.filter((input, position) =>
    fault.ids ? fault.ids.includes(keyOf(input).value) : position < (fault.count ?? 1),
  )
  const failures = withheld.map((input) => {
    const { name, value } = keyOf(input)
    const category = fault.category ?? 'VALIDATION_ERROR'
    return batchFailure(category, `The input ${value} failed on demand`, { [name]: [value] })
  })
  return { going: inputs.filter((input) => !withheld.includes(input)), failures }
}

/** The answer of a batch: 207 as soon as one input failed. */
export function batchAnswer(
  request: SandboxRequest,
  outcome: {
    results: unknown[]
    failures: BatchFailure[]
    whole: 200 | 201
    written?: number
  },
): Answer {
  const time = new Date(request.now).toISOString()
  const body = { status: 'COMPLETE', results: outcome.results, startedAt: time, completedAt: time }
  const written = outcome.written ?? 0
  if (outcome.failures.length === 0) return { status: outcome.whole, body, written }
  const errors = { numErrors: outcome.failures.length, errors: outcome.failures }
  return { status: 207, body: { ...body, ...errors }, written }
}
