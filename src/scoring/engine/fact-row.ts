import type { FactMap, FactValue } from '../../leads/facts.ts'
import { comparable } from '../language/comparable-text.ts'
import { splitFieldPath } from '../language/field-path.ts'
import type { Scalar } from '../language/predicate-document.ts'
import type { Facts } from '../result.ts'
import { type Field, isKnown } from './comparison.ts'

/** One person's values of the fields that a model looks at, by the field's place in the table; undefined where unknown. */
export interface FactRow {
  readonly values: (FactValue | undefined)[]
  /** The values as comparable text, filled in when first asked for. */
  readonly texts: (string | undefined)[]
}

interface Column {
  readonly ofPerson: boolean
  readonly name: string
  readonly isInherited: boolean
}

/** The fields that a model looks at. Every field is read and folded once per person, however many rules ask. */
export class FactTable {
  readonly #paths: string[] = []
  readonly #columns: Column[] = []

  /** The field's place; the same path has one place. */
  placeOf(path: string): number {
    const known = this.#paths.indexOf(path)
    if (known >= 0) return known
    const { subject, name } = splitFieldPath(path)
    const column = { ofPerson: subject === 'person', name, isInherited: name in Object.prototype }
    return this.#columns.push(column) && this.#paths.push(path) - 1
  }

  /** How a condition gets at a field. */
  field(path: string): Field<FactRow> {
    const place = this.placeOf(path)
    return {
      value: (row) => row.values[place],
      text: (row, value) => this.text(row, place, value),
    }
  }

  /** A value that is no list as comparable text, folded once per person. */
  text({ texts }: FactRow, place: number, value: Scalar): string {
    const known = texts[place]
    if (known !== undefined) return known
    const text = comparable(String(value))
    texts[place] = text
    return text
  }

  /** Reads one person; a row that is handed in is used again. */
  read(
    { person, company }: Pick<Facts, 'person' | 'company'>,
    row: FactRow = { values: [], texts: [] },
  ): FactRow {
    const columns = this.#columns
    for (let place = 0; place < columns.length; place++) {
      const column = columns[place]
      if (column === undefined) continue
      row.values[place] = valueIn(column.ofPerson ? person : company, column)
      row.texts[place] = undefined
    }
    return row
  }
}

/** Own values only: `person.constructor` is unknown. So is blank text. */
function valueIn(map: FactMap, { name, isInherited }: Column): FactValue | undefined {
  if (isInherited && !Object.hasOwn(map, name)) return undefined
  const value = map[name]
  return isKnown(value) ? value : undefined
}
