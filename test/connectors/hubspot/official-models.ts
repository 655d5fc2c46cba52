/**
 * Compares JSON with the models of the official client: its run-time tables give names and types, its declarations
 * what may be absent.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { z } from 'zod'

const require = createRequire(import.meta.url)
const ROOT = path.resolve('node_modules/@hubspot/api-client/lib/codegen/crm')

const Attributes = z.array(z.object({ baseName: z.string(), type: z.string() }))

interface Attribute {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
}

/** The attributes of a model; undefined where the client has no model of that name, as for a union. */
function attributesOf(library: string, model: string): readonly Attribute[] | undefined {
  const file = path.join(ROOT, library, 'models', model)
  let declaration: string
  try {
    declaration = readFileSync(`${file}.d.ts`, 'utf8')
  } catch {
    return undefined
  }
  const table: unknown = require(`${file}.js`)[model]?.attributeTypeMap
  const parsed = Attributes.safeParse(table)
  if (!parsed.success) return undefined
  return parsed.data.map(({ baseName, type }) => ({
    name: baseName,
    type,
    isRequired: declaration.includes(`'${baseName}': `),
  }))
}

/**
 * What is wrong with a value, one line for each place; none where it is as the model says.
 * @param library folder of the client's models, e.g. `contacts`
 * @param type a model's name, or a type as its tables write it
 */
export function deviations(
  library: string,
  type: string,
  value: unknown,
  place = 'body',
): string[] {
  const list = /^(?:Array|Set)<(.*)>$/.exec(type)?.[1]
  if (list !== undefined) {
    if (!Array.isArray(value)) return [`${place} is no list`]
    return value.flatMap((each, at) => deviations(library, list, each, `${place}.${at}`))
  }
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1]
  if (map !== undefined) {
    if (!isObject(value)) return [`${place} is no object`]
    return Object.entries(value).flatMap(([key, each]) =>
      deviations(library, map, each, `${place}.${key}`),
    )
  }
  if (type.endsWith(' | null') && value === null) return []
  const plain = type.replace(/ \| null$/, '')
  const isRight = SCALARS[plain]
  if (isRight) return isRight(value) ? [] : [`${place} is no ${plain}: ${JSON.stringify(value)}`]
  return modelDeviations(library, plain, value, place)
}

function modelDeviations(library: string, model: string, value: unknown, place: string): string[] {
  const attributes = attributesOf(library, model)
  if (!attributes) return []
  if (!isObject(value)) return [`${place} is no ${model}`]
  const known = new Set(attributes.map(({ name }) => name))
  const strange = Object.keys(value).filter((key) => !known.has(key))
  return [
    ...strange.map((key) => `${place}.${key} is not in ${model}`),
    ...attributes.flatMap(({ name, type, isRequired }) => {
      if (value[name] !== undefined)
        return deviations(library, type, value[name], `${place}.${name}`)
      return isRequired ? [`${place}.${name} is missing`] : []
    }),
  ]
}

const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  Date: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  any: () => true,
  // An enumeration of the client: the text it stands for.
  StandardErrorCategory: (value) => typeof value === 'string',
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
