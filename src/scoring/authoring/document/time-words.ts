import type { DecayDocument, SignalDocument } from '../../language/model-schema.ts'

const UNITS: Readonly<Record<string, string>> = { min: 'minute', h: 'hour', d: 'day', w: 'week' }

/** "14 days" of `14d` */
export function lengthWords(duration: string): string {
  const [, amount = duration, unit = ''] = /^\s*([\d.]+)(min|h|d|w)\s*$/.exec(duration) ?? []
  const word = UNITS[unit] ?? ''
  return Number(amount) === 1 ? `1 ${word}` : `${Number(amount)} ${word}s`
}

/** "halves every 14 days" */
export function decayWords(decay: DecayDocument): string {
  if (decay === 'none') return 'never'
  const { half_life, linear, steps, window } = decay
  if (half_life !== undefined) return `halves every ${lengthWords(half_life)}`
  if (linear !== undefined) return `evenly, to nothing after ${lengthWords(linear)}`
  if (window !== undefined) return `counts in full for ${lengthWords(window)}, then nothing`
  if (steps === undefined) return 'never'
  return `loses ${percent(steps.lose)} of the points every ${lengthWords(steps.every)}`
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`
}

/** "at most once in 7 days" */
export function limitWords({ at_most }: SignalDocument): string {
  if (at_most === undefined) return ''
  const times = at_most.times === 1 ? 'once' : `${at_most.times} times`
  if (at_most.per === undefined) return at_most.times === 1 ? 'once ever' : `at most ${times} ever`
  return `at most ${times} in ${lengthWords(at_most.per)}`
}
