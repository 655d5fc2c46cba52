import { comparable } from '../language/comparable-text.ts'

/**
 * Small hash tables for the few words that a model knows. A `Map` costs several times as much here: it hashes
 * whole texts and walks its chains, dozens of times per person.
 */

interface Entry<V> {
  readonly text: string
  readonly value: V | undefined
  readonly next: Entry<V> | undefined
}

/** Finds by exact text. */
export class WordTable<V> {
  readonly #slots: (Entry<V> | undefined)[]

  /** At most a quarter full, so that most words that are not in it meet an empty slot. */
  constructor(entries: ReadonlyMap<string, V>, room = entries.size) {
    let size = 4
    while (size < room * 4) size *= 2
    this.#slots = new Array(size).fill(undefined)
    for (const [text, value] of entries) this.add(text, value)
  }

  get(text: string): V | undefined {
    return this.find(text)?.value
  }

  find(text: string): Entry<V> | undefined {
    const slots = this.#slots
    let entry = slots[quickHash(text) & (slots.length - 1)]
    while (entry !== undefined && entry.text !== text) entry = entry.next
    return entry
  }

  add(text: string, value: V | undefined): void {
    const slots = this.#slots
    const slot = quickHash(text) & (slots.length - 1)
    slots[slot] = { text, value, next: slots[slot] }
  }
}

/** From the length and both ends, in which most words of a model differ. */
function quickHash(text: string): number {
  const last = text.length - 1
  return last * 3 + text.charCodeAt(0) * 5 + text.charCodeAt(last)
}

/** So many texts are remembered in each table; a field that has more of them is no list to choose from. */
const ROOM = 256
/** Longer ones are not: nobody chooses them from a list. */
const LONGEST = 64

/**
 * Finds by text as comparisons see it (see `comparable`). A field has few texts, so what each of them comes to is
 * remembered, also when it comes to nothing; otherwise every look-up would fold and compare letters.
 */
export class FoldedTable<V> {
  readonly size: number
  readonly #values: ReadonlyMap<string, V>
  readonly #known: WordTable<V>
  #room = ROOM

  /** @param values by comparable text */
  constructor(values: ReadonlyMap<string, V>) {
    this.size = values.size
    this.#values = values
    this.#known = new WordTable(new Map(), values.size === 0 ? 0 : ROOM)
  }

  get(text: string): V | undefined {
    const known = this.#known.find(text)
    return known === undefined ? this.#learn(text) : known.value
  }

  #learn(text: string): V | undefined {
    const value = this.#values.get(comparable(text))
    if (this.#room > 0 && text.length <= LONGEST) {
      this.#room--
      this.#known.add(text, value)
    }
    return value
  }
}
