import { comparable, isPlain } from '../language/comparable-text.ts'

/**
 * Small hash tables for the few words that a model knows. A `Map` costs several times as much here: it hashes
 * whole texts and walks its chains, dozens of times per person.
 */

interface Entry<V> {
  readonly text: string
  readonly value: V
  readonly next: Entry<V> | undefined
}

type Slots<V> = (Entry<V> | undefined)[]

/** Slots for at most a quarter full, so that most words that are not in it meet an empty one. */
function fill<V>(entries: ReadonlyMap<string, V>): Slots<V> {
  let size = 4
  while (size < entries.size * 4) size *= 2
  const slots: Slots<V> = new Array(size).fill(undefined)
  for (const [text, value] of entries) {
    const slot = quickHash(text) & (size - 1)
    slots[slot] = { text, value, next: slots[slot] }
  }
  return slots
}

/** From the length and the last letter, in which most words of a model differ; the same for both cases. */
function quickHash(text: string): number {
  return text.length * 3 + small(text.charCodeAt(text.length - 1))
}

const CAPITAL_A = 65
const CAPITAL_Z = 90
const TO_SMALL = 32

function small(code: number): number {
  return code >= CAPITAL_A && code <= CAPITAL_Z ? code + TO_SMALL : code
}

/** Finds by exact text. */
export class WordTable<V> {
  readonly #slots: Slots<V>

  constructor(entries: ReadonlyMap<string, V>) {
    this.#slots = fill(entries)
  }

  get(text: string): V | undefined {
    const slots = this.#slots
    let entry = slots[quickHash(text) & (slots.length - 1)]
    while (entry !== undefined && entry.text !== text) entry = entry.next
    return entry?.value
  }
}

/** Finds by text as comparisons see it (see `comparable`), without making a new string of plain ASCII. */
export class FoldedTable<V> {
  readonly size: number
  readonly #slots: Slots<V>

  /** @param entries by comparable text */
  constructor(entries: ReadonlyMap<string, V>) {
    this.size = entries.size
    this.#slots = fill(entries)
  }

  get(text: string): V | undefined {
    return this.#find(text) ?? (isPlain(text) ? undefined : this.#find(comparable(text)))
  }

  #find(text: string): V | undefined {
    const slots = this.#slots
    let entry = slots[quickHash(text) & (slots.length - 1)]
    while (entry !== undefined && !isSame(entry.text, text)) entry = entry.next
    return entry?.value
  }
}

/** But for the case of ASCII letters. */
function isSame(folded: string, text: string): boolean {
  if (folded === text) return true
  if (folded.length !== text.length) return false
  for (let place = 0; place < text.length; place++) {
    if (folded.charCodeAt(place) !== small(text.charCodeAt(place))) return false
  }
  return true
}
