import { isObject } from './meaning.ts'

/** Longer conditions are cut: the change itself carries the whole value. */
const LONGEST = 160

/** A value of the model as its author writes it on one line: { path: { starts_with: /pricing } }. */
export function written(value: unknown): string {
  const text = flow(value)
  return text.length <= LONGEST ? text : `${[...text].slice(0, LONGEST).join('')}…`
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (!isObject(value)) return String(value)
  const pairs = Object.entries(value).filter(([, each]) => each !== undefined)
  return pairs.length === 0
    ? '{}'
    : `{ ${pairs.map(([key, each]) => `${key}: ${flow(each)}`).join(', ')} }`
}

/** "half-life 14d", "linear over 90d", "minus 15% every 45d", "full for 30d, then nothing", "no decay". */
export function writtenDecay(value: unknown): string {
  if (!isObject(value)) return 'no decay'
  const { half_life, linear, window, steps } = value
  if (half_life !== undefined) return `half-life ${written(half_life)}`
  if (linear !== undefined) return `linear over ${written(linear)}`
  if (window !== undefined) return `full for ${written(window)}, then nothing`
  if (!isObject(steps)) return written(value)
  const lost = Number(steps['lose']) * 100
  return `minus ${Number(lost.toFixed(2))}% every ${written(steps['every'])}`
}
