import type { ItemisedLine, Lines } from '../result.ts'
import { toPoints } from './points.ts'

/** What a line of the sum is called. */
export type Heading = Pick<ItemisedLine, 'signal' | 'label' | 'dimension'>

/** Numbers of one line: the place of its heading, the hundredths that count, those that time took away. */
const PER_LINE = 3

/** Room to write lines on, again and again. */
export class LineSheet {
  readonly #headings: readonly Heading[]
  readonly #numbers: number[]
  /** What nothing has faded from. */
  readonly #unfaded: readonly number[]
  #used = 0

  constructor(headings: readonly Heading[]) {
    this.#headings = headings
    this.#numbers = new Array<number>(headings.length * PER_LINE).fill(0)
    this.#unfaded = headings.map(() => 0)
  }

  begin(): this {
    this.#used = 0
    return this
  }

  /**
   * Adds a line for everything that counts or once did. The rest is written too, and then written over: a branch
   * that nobody can foresee costs more than three numbers.
   * @param first place of the first heading
   * @param counted hundredths that count
   * @param faded hundredths that time took away
   */
  write(first: number, counted: readonly number[], faded: readonly number[] = this.#unfaded): this {
    const numbers = this.#numbers
    let used = this.#used
    for (let place = 0; place < counted.length; place++) {
      const counts = counted[place] ?? 0
      const lost = faded[place] ?? 0
      numbers[used] = first + place
      numbers[used + 1] = counts
      numbers[used + 2] = lost
      used += PER_LINE * (Number(counts !== 0) | Number(lost !== 0))
    }
    this.#used = used
    return this
  }

  /** The lines written so far, whatever becomes of the sheet. */
  copy(): Lines {
    return new WrittenLines(this.#headings, this.#numbers.slice(0, this.#used))
  }
}

/** One small list of integers: ten objects with boxed fractions would take longer to make than the sum. */
class WrittenLines implements Lines {
  readonly #headings: readonly Heading[]
  readonly #numbers: readonly number[]

  constructor(headings: readonly Heading[], numbers: readonly number[]) {
    this.#headings = headings
    this.#numbers = numbers
  }

  get length(): number {
    return this.#numbers.length / PER_LINE
  }

  signalAt(place: number): string {
    return this.#headings[this.#numbers[place * PER_LINE] ?? -1]?.signal ?? ''
  }

  pointsAt(place: number): number {
    return toPoints(this.#numbers[place * PER_LINE + 1] ?? 0)
  }

  [Symbol.iterator](): Iterator<ItemisedLine> {
    return this.toJSON().values()
  }

  toJSON(): ItemisedLine[] {
    const lines: ItemisedLine[] = []
    const numbers = this.#numbers
    for (let next = 0; next < numbers.length; next += PER_LINE) {
      const heading = this.#headings[numbers[next] ?? -1]
      if (heading === undefined) continue
      const points = toPoints(numbers[next + 1] ?? 0)
      lines.push({ ...heading, points, decayed: toPoints(numbers[next + 2] ?? 0) })
    }
    return lines
  }
}
