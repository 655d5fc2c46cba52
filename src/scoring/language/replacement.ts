import type { SignalDocument } from './model-schema.ts'

/**
 * The signals that `replaces: name` takes points from: the signal of that id, or else every signal that
 * listens on that activity type.
 */
export function replacedBy(
  name: string,
  signals: readonly SignalDocument[],
): readonly SignalDocument[] {
  const listening = signals.filter(({ on }) => on !== undefined)
  const named = signals.find(({ id }) => id === name)
  if (named !== undefined) return listening.filter((each) => each === named)
  return listening.filter(({ on }) => on === name)
}

/** The signals that one signal replaces. */
export function targetsOf(
  signal: SignalDocument,
  signals: readonly SignalDocument[],
): SignalDocument[] {
  return [signal.replaces ?? []].flat().flatMap((name) => replacedBy(name, signals))
}

interface Order {
  /** Who replaces comes before what is replaced: only what still counts may replace something. */
  readonly order: readonly SignalDocument[]
  /** Ids of signals that replace each other in a ring. */
  readonly cycle?: readonly string[]
}

export function orderByReplacement(signals: readonly SignalDocument[]): Order {
  const finished: SignalDocument[] = []
  const done = new Set<SignalDocument>()
  const open: SignalDocument[] = []

  function visit(signal: SignalDocument): readonly string[] | undefined {
    if (done.has(signal)) return undefined
    const start = open.indexOf(signal)
    if (start >= 0) return open.slice(start).map(({ id }) => id)
    open.push(signal)
    for (const target of targetsOf(signal, signals)) {
      const cycle = visit(target)
      if (cycle !== undefined) return cycle
    }
    open.pop()
    done.add(signal)
    finished.push(signal)
    return undefined
  }

  for (const signal of signals) {
    const cycle = visit(signal)
    if (cycle !== undefined) return { order: signals, cycle }
  }
  return { order: finished.toReversed() }
}
