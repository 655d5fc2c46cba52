import type { Field } from './csv-aliases.ts'
import { type Columns, shown } from './csv-columns.ts'
import type { CsvRow } from './csv-rows.ts'
import {
  knownText,
  type Outcome,
  parseAmount,
  parseFlag,
  parseMoment,
  parseOutcome,
} from './csv-values.ts'

/** So many different values of one kind stand in a note as examples. */
const EXAMPLES = 5

/** Counts what was repaired or dropped, and tells it once per kind. */
export interface NoteBook {
  count(what: string, line: number, example?: string): void
  /** Tells everything counted so far and forgets it. */
  tell(): void
}

interface Entry {
  times: number
  readonly line: number
  readonly examples: Set<string>
}

export function createNoteBook(onNote: (text: string) => void): NoteBook {
  const counted = new Map<string, Entry>()
  return {
    count(what, line, example) {
      const entry = counted.get(what) ?? { times: 0, line, examples: new Set() }
      entry.times += 1
      if (example !== undefined && entry.examples.size < EXAMPLES)
        entry.examples.add(shown(example))
      counted.set(what, entry)
    },
    tell() {
      for (const [what, { times, line, examples }] of counted) {
        const values = [...examples].map((example) => `"${example}"`).join(', ')
        onNote(`${what}${values && `: ${values}`} (${times}×, first in line ${line})`)
      }
      counted.clear()
    },
  }
}

/** One row, read by field. A value that is not what its field asks for is unknown, and counted. */
export interface Fields {
  readonly line: number
  text(field: Field): string | undefined
  /** At least 0; a band gives its middle. */
  amount(field: Field): number | undefined
  flag(field: Field): boolean | undefined
  outcome(field: Field): Outcome | undefined
  /** What `translate` makes of the text, where HubSpot knows only certain words. */
  word(field: Field, translate: (text: string) => string | undefined): string | undefined
  /** Epoch ms, before now. */
  moment(field: Field): number | undefined
  /** Counts a repair, once per row and kind. Keep `what` free of values: they go into `example`. */
  note(what: string, example?: string): void
}

type Note = Fields['note']

export interface FieldSource {
  readonly columns: Columns
  readonly notes: NoteBook
  readonly now: number
}

export function createFields(row: CsvRow, source: FieldSource): Fields {
  const { columns, notes, now } = source
  const noted = new Set<string>()
  const note: Note = (what, example) => {
    if (noted.has(what)) return
    noted.add(what)
    notes.count(what, row.line, example)
  }
  const text = (field: Field) => textOf(row, field, columns, note)

  /** Reads with `parse`; what it cannot read is left out with a note. */
  function parsed<T>(field: Field, wanted: string, parse: (text: string) => T | undefined) {
    const known = text(field)
    const value = known === undefined ? undefined : parse(known)
    if (known !== undefined && value === undefined) {
      note(`no ${wanted} in ${columnName(columns, field)}, left out`, known)
    }
    return value
  }
  return {
    line: row.line,
    text,
    amount: (field) => parsed(field, 'number', (known) => notNegative(parseAmount(known))),
    flag: (field) => parsed(field, 'clear yes or no', parseFlag),
    outcome: (field) => parsed(field, 'outcome', parseOutcome),
    word: (field, translate) => parsed(field, 'word that HubSpot knows', translate),
    moment: (field) => parsed(field, 'date before now', (known) => past(parseMoment(known), now)),
    note,
  }
}

function textOf(row: CsvRow, field: Field, columns: Columns, note: Note): string | undefined {
  for (const position of columns.positions.get(field) ?? []) {
    const cell = row.cells[position] ?? ''
    const text = knownText(cell)
    if (text !== undefined) return text
    if (cell.trim() !== '') {
      note(`read as unknown in column "${shown(columns.names[position] ?? '')}"`, cell.trim())
    }
  }
  return undefined
}

function columnName(columns: Columns, field: Field): string {
  const [position = -1] = columns.positions.get(field) ?? []
  return `column "${shown(columns.names[position] ?? field)}"`
}

function notNegative(value: number | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : value
}

function past(moment: number | undefined, now: number): number | undefined {
  return moment === undefined || moment >= now ? undefined : moment
}
