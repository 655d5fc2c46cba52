import { ACTIVITY_TYPES } from '../../../leads/activity-types.ts'
import { FACT_FIELDS } from '../../../leads/fact-fields.ts'
import { ACCOUNT_MEANINGS, EXAMPLE_MEANINGS } from './example-meanings.ts'
import { bareJsonSchema, itemsOf, type JsonSchema, visitKeys } from './json-schema.ts'
import { type Form, type Meanings, PATTERNS } from './key-meaning.ts'
import { MODEL_MEANINGS } from './model-meanings.ts'
import { SIGNAL_MEANINGS } from './signal-meanings.ts'

export const MEANINGS: Meanings = {
  ...MODEL_MEANINGS,
  ...SIGNAL_MEANINGS,
  ...ACCOUNT_MEANINGS,
  ...EXAMPLE_MEANINGS,
}

/**
 * The model language for editors: completion, hover texts and red lines while writing. It accepts whatever the
 * language accepts; what only code can check (ids that must exist, weights that make 100) is left to `check`.
 */
export function modelJsonSchema(): JsonSchema {
  const schema = bareJsonSchema()
  visitKeys(schema, (place, key) => explain(key, place))
  nameComparisons(schema)
  offerActivityTypes(schema)
  const { $schema, ...rest } = schema
  return { ...($schema !== undefined && { $schema }), title: 'Plumbline scoring model', ...rest }
}

function explain(key: JsonSchema, place: string): void {
  const meaning = Object.hasOwn(MEANINGS, place) ? MEANINGS[place] : undefined
  if (meaning === undefined) return
  if (key.$ref !== undefined) {
    // Whatever stands beside a reference is ignored in draft 7.
    key.allOf = [{ $ref: key.$ref }]
    delete key.$ref
  }
  key.description = meaning.means
  if (meaning.form !== undefined) addForm(key, meaning.form)
  if (meaning.names !== undefined) key.propertyNames = { pattern: PATTERNS[meaning.names] }
}

/** Into the text itself, or into each text of a list. */
function addForm(key: JsonSchema, form: Form): void {
  const inner = [...(key.anyOf ?? []), ...itemsOf(key)]
  for (const each of inner) addForm(each, form)
  if (inner.length > 0) return
  key.type = 'string'
  key.pattern = PATTERNS[form]
}

/** Conditions on facts offer the known facts; those on activities (`where`) do not. Others remain allowed. */
function nameComparisons(schema: JsonSchema): void {
  const { definitions = {} } = schema
  const { condition, signal } = definitions
  if (condition === undefined || signal === undefined) return
  const reference = { $ref: '#/definitions/comparison' }
  definitions['comparison'] = { ...asObject(condition.additionalProperties) }
  condition.additionalProperties = reference
  definitions['attributes'] = referringTo('attributes', condition)
  const facts = Object.fromEntries(FACT_FIELDS.map((field) => [field, reference]))
  condition.properties = { ...condition.properties, ...facts }
  visitKeys({ definitions: { signal } }, (place, key) => {
    if (place.endsWith('.where')) key.allOf = [{ $ref: '#/definitions/attributes' }]
  })
}

function asObject(schema: JsonSchema['additionalProperties']): JsonSchema {
  return typeof schema === 'object' ? schema : {}
}

/** The same conditions, nested in themselves under another name. */
function referringTo(name: string, condition: JsonSchema): JsonSchema {
  const text = JSON.stringify(condition)
  // A copy of what was a JsonSchema, with one word in it replaced.
  return JSON.parse(
    text.replaceAll('#/definitions/condition', `#/definitions/${name}`),
  ) as JsonSchema
}

/** Editors complete the known types; a customer's own are as good. */
function offerActivityTypes({ definitions = {} }: JsonSchema): void {
  const { signal } = definitions
  if (signal === undefined) return
  visitKeys({ definitions: { signal } }, (place, key) => {
    if (!place.endsWith('.on')) return
    const { type, pattern } = key
    delete key.type
    delete key.pattern
    key.anyOf = [{ enum: ACTIVITY_TYPES }, { ...(type && { type }), ...(pattern && { pattern }) }]
  })
}
