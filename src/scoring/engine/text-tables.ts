import { comparable } from '../language/comparable-text.ts'

/**
 * Two small hash tables for the few words that a model knows. A `Map` costs several times as much here: its
 * chains are walked in an order that no processor can foresee, ten times per person and more.
 */

interface Entry<V> {
  readonly text: string
  readonly value: V
  readonly next: Entry<V> | undefined
}

type Slots<V> = (Entry<V> | undefined)[]

/** Slots for at most a quarter full, so that most words that are not in it meet an empty one. */
function fill<V>(entries: ReadonlyMap<string, V>, hash: (text: string) => number): Slots<V> {
  let size = 4
  while (size < entries.size * 4) size *= 2
  const slots: Slots<V> = new Array(size).fill(undefined)
  for (const [text, value] of entries) {
    const slot = hash(text) & (size - 1)
    slots[slot] = { text, value, next: slots[slot] }
  }
  return slots
}

/** Finds by exact text. */
export class WordTable<V> {
  readonly #slots: Slots<V>

  constructor(entries: ReadonlyMap<string, V>) {
    this.#slots = fill(entries, quickHash)
  }

  get(text: string): V | undefined {
    const slots = this.#slots
    let entry = slots[quickHash(text) & (slots.length - 1)]
    while (entry !== undefined && entry.text !== text) entry = entry.next
    return entry?.value
  }
}

/** From the length and three letters: activity types differ in them. */
function quickHash(text: string): number {
  const { length } = text
  const middle = text.charCodeAt(length >> 1)
  return length + text.charCodeAt(0) * 3 + middle * 5 + text.charCodeAt(length - 1) * 7
}

/** Finds by text as comparisons see it (see `comparable`), without making a new string of plain ASCII. */
export class FoldedTable<V> {
  readonly size: number
  readonly #slots: Slots<V>

  /** @param entries by comparable text */
  constructor(entries: ReadonlyMap<string, V>) {
    this.size = entries.size
    this.#slots = fill(entries, foldedHash)
  }

  get(text: string): V | undefined {
    const hash = foldedHash(text)
    if (hash === NOT_PLAIN) return this.#find(comparable(text))
    return this.#find(text, hash)
  }

  #find(text: string, hash = foldedHash(text)): V | undefined {
    const slots = this.#slots
    let entry = slots[hash & (slots.length - 1)]
    while (entry !== undefined && !isSame(entry.text, text)) entry = entry.next
    return entry?.value
  }
}

const SPACE = 32
const TILDE = 126
const CAPITAL_A = 65
const CAPITAL_Z = 90
const TO_SMALL = 32
const NOT_PLAIN = -1

/** The same for a text and for its folded form; −1 for text that must be folded first. */
function foldedHash(text: string): number {
  const { length } = text
  if (text.charCodeAt(0) === SPACE || text.charCodeAt(length - 1) === SPACE) return NOT_PLAIN
  let hash = length
  for (let place = 0; place < length; place++) {
    const code = text.charCodeAt(place)
    if (code < SPACE || code > TILDE) return NOT_PLAIN
    hash = (Math.imul(hash, 31) + small(code)) & 0x3fffffff
  }
  return hash
}

function small(code: number): number {
  return code >= CAPITAL_A && code <= CAPITAL_Z ? code + TO_SMALL : code
}

function isSame(folded: string, text: string): boolean {
  if (folded === text) return true
  if (folded.length !== text.length) return false
  for (let place = 0; place < text.length; place++) {
    if (folded.charCodeAt(place) !== small(text.charCodeAt(place))) return false
  }
  return true
}
