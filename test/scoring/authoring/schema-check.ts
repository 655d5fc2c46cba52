import type { JsonSchema } from '../../../src/scoring/authoring/schema/json-schema.ts'

/** Where a value breaks a JSON Schema; empty when it keeps it. Knows what ours uses and no more. */
export function schemaFaults(
  value: unknown,
  schema: JsonSchema,
  root: JsonSchema,
  at = '',
): string[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice('#/definitions/'.length)
    const definition = root.definitions?.[name]
    if (definition === undefined) throw new Error(`no definition ${name}`)
    return schemaFaults(value, definition, root, at)
  }
  if (schema.anyOf !== undefined) {
    const branches = schema.anyOf.map((each) => schemaFaults(value, each, root, at))
    return branches.some((faults) => faults.length === 0) ? [] : [`${at}: no branch fits`]
  }
  return [
    ...(schema.allOf ?? []).flatMap((each) => schemaFaults(value, each, root, at)),
    ...ownFaults(value, schema).map((fault) => `${at}: ${fault}`),
    ...childFaults(value, schema, root, at),
  ]
}

function ownFaults(value: unknown, schema: JsonSchema): string[] {
  const types = [schema.type ?? []].flat()
  return [
    ...(types.length === 0 || types.some((type) => hasType(value, type)) ? [] : [`not ${types}`]),
    ...(schema.enum === undefined || schema.enum.includes(value) ? [] : ['no such word']),
    ...(schema.const === undefined || schema.const === value ? [] : [`not ${schema.const}`]),
    ...(Array.isArray(value) && value.length < (schema.minItems ?? 0) ? ['too few'] : []),
    ...(typeof value === 'string' ? textFaults(value, schema) : []),
    ...(typeof value === 'number' ? numberFaults(value, schema) : []),
  ]
}

function textFaults(value: string, { pattern, maxLength = Infinity }: JsonSchema): string[] {
  if (value.length > maxLength) return ['too long']
  return pattern === undefined || new RegExp(pattern, 'u').test(value)
    ? []
    : [`not like ${pattern}`]
}

function numberFaults(value: number, schema: JsonSchema): string[] {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema
  return value < minimum || value > maximum || value <= exclusiveMinimum ? ['out of bounds'] : []
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

function childFaults(value: unknown, schema: JsonSchema, root: JsonSchema, at: string): string[] {
  if (Array.isArray(value)) {
    const { items } = schema
    return value.flatMap((each, index) => {
      const item = Array.isArray(items) ? items[index] : items
      return item === undefined
        ? []
        : schemaFaults(each, item as JsonSchema, root, `${at}[${index}]`)
    })
  }
  if (typeof value !== 'object' || value === null) return []
  const faults = (schema.required ?? [])
    .filter((key) => !(key in value))
    .map((key) => `${at}.${key}: missing`)
  for (const [key, each] of Object.entries(value)) {
    const child = schema.properties?.[key] ?? schema.additionalProperties ?? true
    if (child === false) faults.push(`${at}.${key}: not known`)
    if (typeof child === 'object') faults.push(...schemaFaults(each, child, root, `${at}.${key}`))
    if (schema.propertyNames)
      faults.push(...schemaFaults(key, schema.propertyNames, root, `${at}.${key}`))
  }
  return faults
}
