import { to18 } from '../../../../connectors/salesforce/ids.ts'
import type { Chance } from '../../simulation/chance.ts'

/** The longest that a transaction takes from dating its records to committing them, in ms. */
const LONGEST_TRANSACTION = 10 * 60_000

interface Pending {
  readonly visibleAt: number
  readonly place: number
  readonly at: number
}

/** One record as queries see it. */
export interface Lead {
  readonly id: string
  readonly stampedAt: number
}

/** Where a query goes on. */
export interface Bounds {
  /** Inclusive; exclusive where there is an id. */
  readonly since: number
  readonly afterId: string
  /** Inclusive. */
  readonly until: number
}

/** Ascending by character code, as Salesforce orders ids. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * An org's leads. A transaction dates its records when it saves them and commits later: until then queries see what
 * was there before, and nobody else changes these records. Times are ms since the epoch, stamps whole seconds.
 */
export class LeadTable {
  readonly ids: readonly string[]
  /** When each record was truly changed last, by its place in `ids`. */
  readonly truth: Float64Array
  readonly #visible: Float64Array
  readonly #locked: Uint8Array
  readonly #chance: Chance
  #pending: Pending[] = []

  constructor(count: number, chance: Chance, at: number) {
    this.#chance = chance
    let number = 100
    this.ids = Array.from({ length: count }, () => {
      number += chance.between(1, 4_000)
      return idOf(number)
    })
    this.truth = new Float64Array(count).fill(at)
    this.#visible = new Float64Array(count).fill(at)
    this.#locked = new Uint8Array(count)
  }

  /** One transaction; records that another one holds are left out. */
  change(places: Iterable<number>, at: number, now: number): void {
    const stamp = Math.floor(at / 1_000) * 1_000
    const isLong = this.#chance.next() < 0.3
    const visibleAt = isLong ? stamp + this.#chance.next() * LONGEST_TRANSACTION : now
    for (const place of places) {
      if (this.#locked[place] === 1 || (this.truth[place] ?? 0) > stamp) continue
      this.truth[place] = stamp
      this.#locked[place] = 1
      this.#pending.push({ visibleAt, place, at: stamp })
    }
  }

  /** Leads of a window by stamp and id. */
  query(now: number, { since, afterId, until }: Bounds): readonly Lead[] {
    this.#commit(now)
    const found: Lead[] = []
    for (const [place, id] of this.ids.entries()) {
      const stampedAt = this.#visible[place] ?? 0
      const isBehind = stampedAt > since || (stampedAt === since && id > afterId)
      if (isBehind && stampedAt <= until) found.push({ id, stampedAt })
    }
    return found.toSorted((a, b) => a.stampedAt - b.stampedAt || (a.id < b.id ? -1 : 1))
  }

  #commit(now: number): void {
    const open: Pending[] = []
    for (const change of this.#pending) {
      if (change.visibleAt > now) {
        open.push(change)
        continue
      }
      this.#visible[change.place] = change.at
      this.#locked[change.place] = 0
    }
    this.#pending = open
  }
}

function idOf(number: number): string {
  let text = ''
  for (let rest = number; rest > 0; rest = Math.floor(rest / DIGITS.length)) {
    text = (DIGITS[rest % DIGITS.length] ?? '') + text
  }
  const id = to18(`00Q${text.padStart(12, '0')}`)
  if (id === undefined) throw new Error('no id')
  return id
}
