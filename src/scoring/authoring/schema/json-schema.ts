import { z } from 'zod'
import { exampleSchema } from '../../language/example-schema.ts'
import { modelSchema } from '../../language/model-schema.ts'
import { conditionSchema, operators } from '../../language/predicate-document.ts'

/** A JSON Schema (draft 7, which YAML editors understand best), as far as ours goes. */
export interface JsonSchema {
  $schema?: string
  $ref?: string
  title?: string
  description?: string
  default?: unknown
  type?: string | readonly string[]
  enum?: readonly unknown[]
  const?: unknown
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  properties?: Record<string, JsonSchema>
  required?: readonly string[]
  propertyNames?: JsonSchema
  additionalProperties?: boolean | JsonSchema
  items?: JsonSchema | readonly JsonSchema[]
  anyOf?: readonly JsonSchema[]
  allOf?: readonly JsonSchema[]
  definitions?: Record<string, JsonSchema>
}

/** The parts of the language that have a name of their own in the JSON Schema. */
function namedParts(): [z.core.$ZodType, string][] {
  const { signals, gates, dimensions, tiers, accounts } = modelSchema.shape
  return [
    [dimensions.shape.fit.unwrap(), 'dimension'],
    [signals.element.shape.decay.unwrap(), 'decay'],
    [signals.element, 'signal'],
    [conditionSchema, 'condition'],
    [operators, 'test'],
    [gates.unwrap().element, 'gate'],
    [tiers.valueType, 'threshold'],
    [accounts.unwrap(), 'accounts'],
    [exampleSchema, 'example'],
  ]
}

/** What zod knows about the language: structure, words and bounds, but neither meanings nor patterns. */
export function bareJsonSchema(): JsonSchema {
  const names = z.registry<{ id: string }>()
  for (const [part, id] of namedParts()) names.add(part, { id })
  const schema = z.toJSONSchema(modelSchema, {
    io: 'input',
    target: 'draft-7',
    // Checks that are code give an empty schema here; the patterns come with the meanings.
    unrepresentable: 'any',
    metadata: names,
  })
  // Through JSON: what zod returns carries hidden properties, and its type allows every dialect.
  return JSON.parse(JSON.stringify(schema)) as JsonSchema
}

/** Visits every key of the language with its place, `signal.at_most.per`; `*` where any name may stand. */
export function visitKeys(
  schema: JsonSchema,
  visit: (place: string, key: JsonSchema) => void,
): void {
  visitWithin(schema, 'model', visit)
  for (const [name, definition] of Object.entries(schema.definitions ?? {})) {
    visitWithin(definition, name, visit)
  }
}

function visitWithin(
  schema: JsonSchema,
  place: string,
  visit: (place: string, key: JsonSchema) => void,
): void {
  for (const [key, value] of childrenOf(schema)) {
    visit(`${place}.${key}`, value)
    visitWithin(value, `${place}.${key}`, visit)
  }
  for (const branch of [...(schema.anyOf ?? []), ...itemsOf(schema)]) {
    visitWithin(branch, place, visit)
  }
}

function childrenOf({ properties = {}, additionalProperties }: JsonSchema): [string, JsonSchema][] {
  const named = Object.entries(properties)
  if (typeof additionalProperties !== 'object') return named
  return [...named, ['*', additionalProperties]]
}

export function itemsOf({ items }: JsonSchema): readonly JsonSchema[] {
  return items === undefined ? [] : [items].flat()
}
