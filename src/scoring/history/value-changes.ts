import { isObject, isSameMeaning } from './meaning.ts'
import type { ModelChange } from './model-change.ts'
import { written, writtenDecay } from './written.ts'

/** What is compared: where it is in the model, and what people call it. */
export interface Place {
  readonly path: string
  /** "Visited pricing", "Tier B", "Gate authority" */
  readonly name: string
}

/** Told as a whole: a part of it says nothing alone. */
const WHOLE: ReadonlySet<string> = new Set(['when', 'unless', 'where', 'decay', 'repeated'])
/** Keys that decide nothing. */
const WORDING: ReadonlySet<string> = new Set(['label', 'reason', 'ask', 'examples', 'about'])

const WORDS: ReadonlyMap<string, string> = new Map([
  ['when', 'condition'],
  ['where', 'condition on the activity'],
  ['on', 'activity'],
  // The effect of a gate: what it limits is named by the keys inside.
  ['then', ''],
  ['max', 'maximum'],
  ['fit_high', 'fit is high from'],
  ['engagement_high', 'engagement is high from'],
  ['high_high', 'high fit and high engagement'],
  ['high_low', 'high fit and low engagement'],
  ['low_high', 'low fit and high engagement'],
  ['low_low', 'low fit and low engagement'],
])

/** Every key that differs between two mappings of the model, in the order of the later one. */
export function changesInside(place: Place, before: object, after: object): ModelChange[] {
  return changesAt(place, [], before, after)
}

function changesAt(
  place: Place,
  keys: readonly string[],
  before: object,
  after: object,
): ModelChange[] {
  return namesIn(before, after).flatMap((key) =>
    changesOf(place, [...keys, key], valueAt(before, key), valueAt(after, key)),
  )
}

/** What differs under one key, the last of `keys`; a mapping inside is told part by part. */
function changesOf(
  place: Place,
  keys: readonly string[],
  before: unknown,
  after: unknown,
): ModelChange[] {
  const key = keys.at(-1) ?? ''
  if (isSameMeaning(key, before, after)) return []
  if (isObject(before) && isObject(after) && !WHOLE.has(key)) {
    return changesAt(place, keys, before, after)
  }
  const path = [place.path, ...keys].join('.')
  const sentence = sentenceOf(place.name, keys, before, after)
  const decides = !keys.some((each) => WORDING.has(each))
  // Without a decay there still is a way of fading: that of the dimension, or none.
  if (key === 'decay') return [changeOf(path, sentence, before ?? null, after ?? null, decides)]
  return [changeOf(path, sentence, before, after, decides)]
}

/**
 * What differs between two mappings by name (dimensions, stages, tiers): entries that came or went as a
 * whole, the others key by key.
 * @param nameOf what people call an entry: "Tier B"
 */
export function changesByName(
  path: string,
  before: object,
  after: object,
  nameOf: (name: string) => string,
): ModelChange[] {
  return namesIn(before, after).flatMap((name) => {
    const was = valueAt(before, name)
    const is = valueAt(after, name)
    const place = { path: `${path}.${name}`, name: nameOf(name) }
    if (isObject(was) && isObject(is)) return changesInside(place, was, is)
    const verb = is === undefined ? 'is gone' : `is new: ${written(is)}`
    return [changeOf(place.path, `${place.name} ${verb}`, was, is)]
  })
}

function namesIn(before: object, after: object): string[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])]
}

/** Own keys only: a tier may be called "constructor". */
function valueAt(mapping: object, key: string): unknown {
  return Object.entries(mapping).find(([name]) => name === key)?.[1]
}

function sentenceOf(
  name: string,
  keys: readonly string[],
  before: unknown,
  after: unknown,
): string {
  const key = keys.at(-1)
  if (key === 'label') return `"${written(before)}" is now called "${written(after)}"`
  if (key === 'decay') return decaySentence(name, before, after, 'no decay')
  if (key === 'points' && keys.length === 1) return pointsSentence(name, before, after)
  const words = keys.map((each) => WORDS.get(each) ?? each.replaceAll('_', ' '))
  const what = [`${name}:`, ...words.filter((word) => word !== '')].join(' ')
  if (before === undefined) return `${what} ${written(after)} is new`
  if (after === undefined) return `${what} ${written(before)} is gone`
  return `${what} ${written(before)} becomes ${written(after)}`
}

/** "Hysteresis: 5 points become 3" */
export function pointsSentence(name: string, before: unknown, after: unknown): string {
  return `${name}: ${before === 1 ? '1 point becomes' : `${written(before)} points become`} ${written(after)}`
}

/** "Visited pricing: half-life 14d becomes 30d". `absent` says what holds where none is written. */
export function decaySentence(
  name: string,
  before: unknown,
  after: unknown,
  absent: string,
): string {
  const was = before === undefined ? absent : writtenDecay(before)
  const is = after === undefined ? absent : writtenDecay(after)
  if (!isObject(before) || !isObject(after)) return `${name}: ${was} becomes ${is}`
  const bothHalve = before['half_life'] !== undefined && after['half_life'] !== undefined
  return `${name}: ${was} becomes ${bothHalve ? written(after['half_life']) : is}`
}

/** A change of one value; which kind it is follows from what is there before and after. */
export function changeOf(
  path: string,
  sentence: string,
  before: unknown,
  after: unknown,
  decides = true,
): ModelChange {
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  return { kind, path, sentence, before: before ?? null, after: after ?? null, decides }
}
