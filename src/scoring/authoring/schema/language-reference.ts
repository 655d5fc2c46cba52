import { bullets, page, table } from '../document/markdown.ts'
import { bareJsonSchema, itemsOf, type JsonSchema, visitKeys } from './json-schema.ts'
import type { Form, KeyMeaning } from './key-meaning.ts'
import { MEANINGS } from './model-json-schema.ts'

/** Heading of each part, in the order of reading. */
const PARTS: Readonly<Record<string, string>> = {
  model: 'Keys of a model',
  dimension: 'Keys of a dimension',
  decay: 'Keys of a decay',
  signal: 'Keys of a signal',
  condition: 'Keys of a condition',
  test: 'Tests of a field',
  gate: 'Keys of a gate',
  threshold: 'Keys of a threshold',
  accounts: 'Keys of accounts',
  example: 'Keys of an example',
}

const FORMS: Readonly<Record<Form, string>> = {
  id: 'id',
  duration: 'time',
  field: 'field',
  tier: 'name',
}

/**
 * Every key of the model language with its meaning, values and default, as tables in Markdown (headings of the
 * third level). Made from the schema itself, so that it cannot say anything else.
 */
export function languageReference(): string {
  const schema = bareJsonSchema()
  const parts = { model: schema, ...schema.definitions }
  const tables = Object.entries(PARTS).map(([name, title]) => {
    const part = Object.hasOwn(parts, name) ? rowsOf(name, schema) : []
    return `### ${title}\n\n${table(['Key', 'Meaning', 'Value', 'Default'], part)}`
  })
  return page([...tables, bullets(FOOTNOTES)])
}

const FOOTNOTES = [
  'An *id* is small letters, digits, `-` and `_`, beginning with a letter, at most 60 characters.',
  'A *time* is a number and a unit: `15min`, `36h`, `30d`, `2w`.',
  'A *field* is `person.NAME` or `company.NAME`. A *fact* is a text, a number, true or false, or a list of texts.',
  'Points have at most two decimals.',
]

function rowsOf(name: string, schema: JsonSchema): string[][] {
  const rows: string[][] = []
  visitKeys(schema, (place, key) => {
    const [part, ...keys] = place.split('.')
    if (part !== name) return
    const meaning = MEANINGS[place]
    const holder = parentOf(place, schema)
    const isRequired = holder?.required?.includes(keys.at(-1) ?? '') ?? false
    rows.push([
      `\`${keys.join('.')}\``,
      meaning?.means ?? '',
      valueWords(key, meaning),
      isRequired ? '**required**' : defaultWords(key),
    ])
  })
  return rows
}

/** The block in which a key stands. */
function parentOf(place: string, schema: JsonSchema): JsonSchema | undefined {
  const steps = place.split('.').slice(0, -1)
  const [part = '', ...keys] = steps
  let blocks = part === 'model' ? [schema] : [schema.definitions?.[part] ?? {}]
  for (const key of keys) {
    blocks = blocks.flatMap(alternatives).flatMap((block) => {
      const child = key === '*' ? block.additionalProperties : block.properties?.[key]
      return typeof child === 'object' ? [child] : []
    })
  }
  return blocks.flatMap(alternatives).find(({ properties }) => properties !== undefined)
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const inner = [...(schema.anyOf ?? []), ...itemsOf(schema)]
  return inner.length === 0 ? [schema] : inner.flatMap(alternatives)
}

function valueWords(key: JsonSchema, meaning: KeyMeaning | undefined): string {
  const { anyOf, items, allOf } = key
  if (anyOf !== undefined)
    return [...new Set(anyOf.map((each) => valueWords(each, meaning)))].join(' or ')
  if (Array.isArray(items)) return 'two numbers'
  if (items !== undefined)
    return `list of ${itemsOf(key)
      .map((each) => valueWords(each, meaning))
      .join()}`
  const reference = key.$ref ?? allOf?.[0]?.$ref
  if (reference !== undefined) return linkTo(reference.slice('#/definitions/'.length))
  if (key.enum !== undefined) return key.enum.map((each) => `\`${each}\``).join(', ')
  if (key.const !== undefined) return `\`${key.const}\``
  return meaning?.form === undefined ? typeWords(key) : FORMS[meaning.form]
}

/** As GitHub makes anchors of headings. */
function linkTo(part: string): string {
  const anchor = (PARTS[part] ?? part).toLowerCase().replaceAll(' ', '-')
  return `[${part}](#${anchor})`
}

function typeWords(key: JsonSchema): string {
  const types = [key.type ?? 'text'].flat()
  return types.map((type) => typeWord(type, key)).join(', ')
}

function typeWord(type: string, key: JsonSchema): string {
  if (type === 'object') return key.properties === undefined ? 'block, a name per line' : 'block'
  if (type === 'number' || type === 'integer') return numberWords(key)
  if (type === 'boolean') return '`true` or `false`'
  if (key.format === 'date-time') return 'ISO moment'
  return type === 'string' ? 'text' : type
}

function numberWords({ type, minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const noun = type === 'integer' ? 'whole number' : 'number'
  const from = exclusiveMinimum === undefined ? minimum : `above ${exclusiveMinimum}`
  if (from !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) {
    return `${noun} ${from} to ${maximum}`
  }
  return from === undefined ? noun : `${noun} from ${from}`
}

function defaultWords({ default: value }: JsonSchema): string {
  if (value === undefined) return ''
  const words = typeof value === 'string' ? value : JSON.stringify(value)
  return `\`${words}\``
}
