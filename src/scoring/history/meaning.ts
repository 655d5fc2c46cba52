import { comparable } from '../language/comparable-text.ts'
import { canonicalJson } from '../language/content-hash.ts'
import { readDuration } from '../language/duration.ts'

/** Where a model writes a condition on facts or attributes. */
const CONDITIONS: ReadonlySet<string> = new Set(['when', 'unless', 'where'])
/** Where a model writes a length of time. */
const DURATIONS: ReadonlySet<string> = new Set([
  'half_life',
  'linear',
  'window',
  'every',
  'per',
  'within',
  'in_last',
  'inactive_for',
  'engaged_within',
])
/** Lists whose order says nothing. */
const SETS: ReadonlySet<string> = new Set(['any', 'all', 'none', 'in', 'not_in', 'signals'])

/** Whether two values under one key of the model mean the same, however they are written. */
export function isSameMeaning(key: string, before: unknown, after: unknown): boolean {
  return meaningOf(key, before) === meaningOf(key, after)
}

/** Equal texts mean the same: 2w is 14d, "EMEA " is emea, { eq: x } is x, and the order of a set does not count. */
export function meaningOf(key: string, value: unknown): string {
  return value === undefined ? '' : canonicalJson(plain(key, value))
}

function plain(key: string, value: unknown): unknown {
  if (CONDITIONS.has(key)) return condition(key, value)
  if (DURATIONS.has(key) && typeof value === 'string') return readDuration(value) ?? value
  // One name or a list of one is the same.
  if (key === 'replaces') return inOrder([value].flat())
  if (Array.isArray(value)) return list(key, value, plain)
  return isObject(value) ? entries(value, plain) : value
}

function condition(key: string, value: unknown): unknown {
  // Case-folding a pattern would turn \D into \d.
  if (typeof value === 'string') return key === 'matches' ? value : comparable(value)
  if (Array.isArray(value)) return list(key, value, condition)
  if (!isObject(value)) return value
  const [only, ...others] = Object.entries(value)
  if (only?.[0] === 'eq' && others.length === 0) return condition('eq', only[1])
  return entries(value, condition)
}

type Meaning = (key: string, value: unknown) => unknown

function list(key: string, values: readonly unknown[], meaning: Meaning): unknown[] {
  const meanings = values.map((value) => meaning('', value))
  return SETS.has(key) ? inOrder(meanings) : meanings
}

function entries(value: Readonly<Record<string, unknown>>, meaning: Meaning): unknown {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, meaning(key, each)]))
}

function inOrder(values: readonly unknown[]): unknown[] {
  const written = new Map(values.map((value) => [canonicalJson(value), value]))
  return [...written].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}

/** A mapping of the model; neither a list nor a plain value. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
