import { type Fault, type Path, suggest } from './model-problem.ts'
import type { ModelDocument, SignalDocument } from './model-schema.ts'
import { orderByReplacement, replacedBy } from './replacement.ts'

/** Each signal must be of one kind, with keys of that kind, in a dimension that exists. */
export function checkSignals({ signals, dimensions }: ModelDocument): Fault[] {
  const faults: Fault[] = []
  for (const [index, signal] of signals.entries()) {
    const path = ['signals', index]
    faults.push(...kindFaults(signal, path), ...valueFaults(signal, path))
    if (Object.hasOwn(dimensions, signal.dimension)) continue
    faults.push({
      path: [...path, 'dimension'],
      message: `${signal.dimension} is not one of this model's dimensions`,
      remedy: suggest(signal.dimension, Object.keys(dimensions)),
    })
  }
  return [...faults, ...replacementFaults(signals)]
}

const KINDS = ['when', 'unless', 'on', 'sequence', 'inactive_for'] as const

/** Which of the other keys each kind of signal understands. */
const KEYS_OF_KIND = {
  when: [],
  unless: [],
  on: ['where', 'only', 'scale_by', 'replaces', 'repeated', 'at_most', 'decay'],
  sequence: ['within', 'at_most', 'decay'],
  inactive_for: [],
} as const satisfies Record<(typeof KINDS)[number], readonly (keyof SignalDocument)[]>

const KIND_KEYS = [...KEYS_OF_KIND.on, ...KEYS_OF_KIND.sequence]

function kindFaults(signal: SignalDocument, path: Path): Fault[] {
  const kinds = KINDS.filter((kind) => signal[kind] !== undefined)
  const [kind, second] = kinds
  if (kind === undefined || second !== undefined) {
    const message =
      kind === undefined
        ? 'the signal says nothing to look for'
        : `${kind} and ${second} exclude each other`
    const remedy = 'Use exactly one of when, unless, on, sequence and inactive_for.'
    return [{ path: second === undefined ? path : [...path, second], message, remedy }]
  }
  const understood: readonly (keyof SignalDocument)[] = KEYS_OF_KIND[kind]
  const faults: Fault[] = []
  for (const key of new Set(KIND_KEYS)) {
    if (signal[key] === undefined || understood.includes(key)) continue
    const remedy =
      understood.length === 0
        ? `Remove it; ${kind} stands alone.`
        : `Beside ${kind} only ${understood.join(', ')} work.`
    faults.push({ path: [...path, key], message: `${key} does not go with ${kind}`, remedy })
  }
  return faults
}

function valueFaults(signal: SignalDocument, path: Path): Fault[] {
  const faults: Fault[] = []
  if (signal.sequence !== undefined && signal.within === undefined) {
    const remedy = 'Add for example within: 30d.'
    faults.push({ path: [...path, 'sequence'], message: 'a sequence needs `within`', remedy })
  }
  if (signal.inactive_for !== undefined && signal.points >= 0) {
    const remedy = 'Write for example points: -10.'
    const message = 'going quiet must take points away'
    faults.push({ path: [...path, 'points'], message, remedy })
  }
  for (const key of ['scale_by', 'only'] as const) {
    if (signal.repeated === undefined || signal[key] === undefined) continue
    const remedy = 'Make two signals of it.'
    faults.push({ path: [...path, key], message: `${key} does not go with repeated`, remedy })
  }
  for (const key of ['at_most', 'decay'] as const) {
    if (signal.repeated?.in_last === undefined || signal[key] === undefined) continue
    const remedy = 'Remove it: the points are there while enough lie in the window, and then gone.'
    faults.push({ path: [...path, key], message: `${key} does not go with in_last`, remedy })
  }
  return faults
}

function replacementFaults(signals: readonly SignalDocument[]): Fault[] {
  const faults: Fault[] = []
  for (const [index, signal] of signals.entries()) {
    for (const name of [signal.replaces ?? []].flat()) {
      if (replacedBy(name, signals).length > 0) continue
      const listening = signals.filter(({ on }) => on !== undefined)
      const remedy = suggest(name, [...new Set(listening.flatMap(({ id, on }) => [id, on ?? id]))])
      const message = `${name} is neither a signal with \`on\` nor an activity type that one listens on`
      faults.push({ path: ['signals', index, 'replaces'], message, remedy })
    }
  }
  const { cycle } = orderByReplacement(signals)
  if (cycle === undefined) return faults
  const at = signals.findIndex(({ id }) => id === cycle[0])
  const message = `${[...cycle, cycle[0]].join(' replaces ')}: they replace each other`
  const remedy = 'Let only the later outcome replace the earlier one.'
  return [...faults, { path: ['signals', at, 'replaces'], message, remedy }]
}
