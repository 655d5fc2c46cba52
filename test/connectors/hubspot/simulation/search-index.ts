import type { Chance } from '../../simulation/chance.ts'

/** The longest that a change stays invisible to the search, in ms. */
const LONGEST_LAG = 20_000

interface Pending {
  readonly visibleAt: number
  readonly place: number
  readonly at: number
}

/** One record as the search index has it. */
export interface Indexed {
  readonly id: string
  readonly modifiedAt: number
}

/** What a search found. */
export interface Found {
  readonly results: readonly Indexed[]
  /** Of the whole query, not of the page. */
  readonly total: number
}

/**
 * A portal's contacts and its search index, which learns of each change after a lag of its own: later changes
 * may be found before earlier ones. Times are ms since the epoch.
 */
export class SearchIndex {
  readonly ids: readonly number[]
  /** When each record was truly changed last, by its place in `ids`. */
  readonly truth: Float64Array
  readonly #known: Float64Array
  readonly #chance: Chance
  #pending: Pending[] = []

  constructor(count: number, chance: Chance, at: number) {
    this.#chance = chance
    let id = 100
    // Gaps, and ids of different lengths: as text they are in another order.
    this.ids = Array.from({ length: count }, () => (id += chance.between(1, 40)))
    this.truth = new Float64Array(count).fill(at)
    this.#known = new Float64Array(count).fill(at)
  }

  /** Changes some records at the same moment. */
  change(places: Iterable<number>, at: number): void {
    for (const place of places) {
      this.truth[place] = Math.max(at, this.truth[place] ?? 0)
      const visibleAt = at + this.#chance.next() * LONGEST_LAG
      this.#pending.push({ visibleAt, place, at })
    }
  }

  /** Contacts changed from `since` to `until` with an id above `lastId`, by id. */
  search(now: number, since: number, until: number, lastId: number, limit: number): Found {
    this.#learn(now)
    const results: Indexed[] = []
    let total = 0
    for (let place = 0; place < this.ids.length; place++) {
      const modifiedAt = this.#known[place] ?? 0
      const id = this.ids[place] ?? 0
      if (id <= lastId || modifiedAt < since || modifiedAt > until) continue
      total += 1
      if (results.length < limit) results.push({ id: String(id), modifiedAt })
    }
    return { results, total }
  }

  #learn(now: number): void {
    const stillHidden: Pending[] = []
    for (const change of this.#pending) {
      if (change.visibleAt > now) stillHidden.push(change)
      else this.#known[change.place] = Math.max(change.at, this.#known[change.place] ?? 0)
    }
    this.#pending = stillHidden
  }
}
