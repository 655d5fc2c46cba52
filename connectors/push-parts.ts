import { CrmRateLimited, CrmUnavailable } from '../src/errors.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import type { Write, WriteOutcome } from './connector.ts'
import { OUR_FIELDS } from './our-fields.ts'

/** One write per record: the later value of a field counts. */
export function onePerRecord(writes: readonly Write[], kind: SubjectKind): readonly Write[] {
  const byId = new Map<string, Write>()
  for (const { subject, values } of writes) {
    if (subject.kind !== kind) throw new TypeError(`One push writes one kind, not also ${kind}`)
    const earlier = byId.get(subject.id)?.values
    byId.set(subject.id, { subject, values: { ...earlier, ...values } })
  }
  return [...byId.values()]
}

/** The tiers that are written. The model may have been published since our fields were provisioned. */
export function tiersIn(writes: readonly Write[], kind: SubjectKind): readonly string[] {
  const names = OUR_FIELDS[kind].filter(({ namesTiers }) => namesTiers).map(({ name }) => name)
  const tiers = writes.flatMap(({ values }) => names.map((name) => values[name] ?? ''))
  return [...new Set(tiers)].filter((tier) => tier !== '')
}

/** Begins the work with the first call; all calls get its end. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined
  return () => {
    started ??= work()
    return started
  }
}

export function isTransient(error: unknown): error is CrmRateLimited | CrmUnavailable {
  return error instanceof CrmRateLimited || error instanceof CrmUnavailable
}

export function rejected(write: Write, reason: string): WriteOutcome {
  return { id: write.subject.id, status: 'rejected', reason }
}

export function retry(write: Write, reason: string): WriteOutcome {
  return { id: write.subject.id, status: 'retry', reason }
}

export function retryAll(
  batch: readonly Write[],
  error: CrmRateLimited | CrmUnavailable,
): readonly WriteOutcome[] {
  const later = error instanceof CrmRateLimited ? { afterMs: error.retryAfterMs } : {}
  const outcome = { status: 'retry', reason: error.message, ...later } as const
  return batch.map(({ subject }) => ({ id: subject.id, ...outcome }))
}
