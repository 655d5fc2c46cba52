import type { FactValue } from '../src/leads/facts.ts'
import { functionOf, seniorityOf } from '../src/leads/person-words.ts'
import { parseList, parseMoment, parseNumber, parseText, parseTruth } from './values.ts'

/** How a field's text becomes a fact. `seniority` and `function` are closed lists of ours. */
export type FieldType =
  | 'text'
  | 'number'
  | 'truth'
  | 'list'
  | 'date'
  | 'moment'
  | 'presence'
  | 'seniority'
  | 'function'

/** One field that becomes one fact. */
export interface Field<T extends string = FieldType> {
  /** As the CRM calls it. */
  readonly property: string
  readonly fact: string
  readonly type: T
}

/** What a text says; undefined where it says nothing of its type. */
export type Parser = (raw: string | undefined) => FactValue | undefined

export const PARSERS: Readonly<Record<FieldType, Parser>> = {
  text: parseText,
  number: parseNumber,
  truth: parseTruth,
  list: parseList,
  date: (raw) => parseMoment(raw)?.toISOString().slice(0, 'YYYY-MM-DD'.length),
  moment: (raw) => parseMoment(raw)?.toISOString(),
  presence: (raw) => (parseText(raw) ? true : undefined),
  seniority: (raw) => seniorityOf(raw ?? ''),
  function: (raw) => functionOf(raw ?? ''),
}

/** The facts that the fields of a record say, in the order of `fields`; what is unreadable is unknown. */
export function factsOf<T extends string>(
  parsers: Readonly<Record<T, Parser>>,
  texts: Readonly<Record<string, string>>,
  fields: readonly Field<T>[],
): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {}
  for (const { property, fact, type } of fields) {
    const value = parsers[type](texts[property])
    if (value !== undefined) facts[fact] = value
  }
  return facts
}
