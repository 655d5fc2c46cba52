import { fieldsAskedFor } from '../language/fields-asked-for.ts'
import type { ModelDocument } from '../language/model-schema.ts'
import type { Model } from '../language/parse.ts'
import { TRUE } from './comparison.ts'
import { compileDecide } from './decide.ts'
import type { FactRow, FactTable } from './fact-row.ts'
import { compileGates, type GatesInForce } from './gates.ts'
import type { Heading } from './lines.ts'
import { compileCondition } from './predicate.ts'
import { compileReach, type Reach } from './reachable.ts'
import type { Signal } from './signal.ts'
import { compileSignals, type Signals } from './signals.ts'
import { type Adder, compileAdder } from './tally.ts'

/** A compiled model. */
export interface Rules {
  readonly model: string
  readonly signals: Signals
  readonly adder: Adder
  /** Of every line that a sum can have, in its order. */
  readonly headings: readonly Heading[]
  readonly decide: ReturnType<typeof compileDecide>
  readonly gatesFor: (row: FactRow) => GatesInForce
  readonly routeFor: (row: FactRow) => string | null
  readonly missingIn: (row: FactRow) => string[]
  /** How many fields the model asks for. */
  readonly asked: number
  readonly reach: Reach
}

export function compileRules({ name, document }: Model): Rules {
  const signals = compileSignals(document)
  const adder = compileAdder(document, signals)
  const fields = fieldsAskedFor(document)
  return {
    model: name,
    signals,
    adder,
    headings: [...signals.all.map(toHeading), ...adder.headings],
    decide: compileDecide(document),
    gatesFor: compileGates(document, signals.table),
    routeFor: compileRouting(document, signals.table),
    missingIn: compileMissing(fields, signals.table),
    asked: fields.length,
    reach: compileReach(document, signals, adder),
  }
}

function toHeading({ id, label, dimension }: Signal): Heading {
  return { signal: id, label, dimension }
}

function compileRouting({ routing }: ModelDocument, table: FactTable): Rules['routeFor'] {
  const routes = routing.map(({ when, to }) => ({
    to,
    isMet: when === undefined ? () => TRUE : compileCondition(when, (path) => table.field(path)),
  }))
  return (row) => routes.find(({ isMet }) => isMet(row) === TRUE)?.to ?? null
}

function compileMissing(fields: readonly string[], table: FactTable): Rules['missingIn'] {
  const places = fields.map((field) => ({ field, place: table.placeOf(field) }))
  return ({ values }) =>
    places.filter(({ place }) => values[place] === undefined).map(({ field }) => field)
}
