import type { ModelDocument } from './model-schema.ts'
import { type ConditionDocument, fieldsOf } from './predicate-document.ts'

/** Every fact field that a signal or a gate of the model asks for, sorted. Routing asks for no points. */
export function fieldsAskedFor({ signals, gates }: ModelDocument): string[] {
  const conditions = [...signals, ...gates].flatMap(({ when, unless }) => [when, unless])
  const asked = gates.flatMap(({ then: { ask } }) => ask ?? [])
  return [...new Set([...conditions.flatMap(fieldsIn), ...asked])].toSorted()
}

function fieldsIn(condition: ConditionDocument | undefined): string[] {
  return condition === undefined ? [] : fieldsOf(condition)
}
