import { globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { bareJsonSchema, visitKeys } from '../../../src/scoring/authoring/schema/json-schema.ts'
import { PATTERNS } from '../../../src/scoring/authoring/schema/key-meaning.ts'
import { languageReference } from '../../../src/scoring/authoring/schema/language-reference.ts'
import {
  MEANINGS,
  modelJsonSchema,
} from '../../../src/scoring/authoring/schema/model-json-schema.ts'
import { isFieldPath } from '../../../src/scoring/language/field-path.ts'
import {
  durationSchema,
  idSchema,
  tierNameSchema,
} from '../../../src/scoring/language/value-schemas.ts'
import { GOOD } from '../broken-signals.ts'
import { models } from '../generated.ts'
import { schemaFaults } from './schema-check.ts'

const SCHEMA = modelJsonSchema()
const faultsOf = (yaml: string) => schemaFaults(parse(yaml), SCHEMA, SCHEMA)

function places(): string[] {
  const found = new Set<string>()
  visitKeys(bareJsonSchema(), (place) => found.add(place))
  return [...found]
}

describe('the schema for editors', () => {
  test('config/models/model.schema.json is current: else `plumbline model schema > config/models/model.schema.json`', () => {
    const file = readFileSync('config/models/model.schema.json', 'utf8')
    expect(JSON.parse(file)).toEqual(SCHEMA)
  })

  test('every key of the language has a meaning, and every meaning a key', () => {
    expect(places().toSorted()).toEqual(Object.keys(MEANINGS).toSorted())
  })

  test.each([...globSync('config/models/*.yaml')])('accepts %s', (file) => {
    expect(faultsOf(readFileSync(file, 'utf8'))).toEqual([])
  })

  test('accepts every model that the language accepts', () => {
    fc.assert(
      fc.property(models(true), ({ document }) => {
        expect(faultsOf(stringify(document))).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  test.each([
    ['points: 30', 'point: 30', /signals\[0\].*(missing|not known)/],
    ['points: 30', 'points: many', /signals\[0\]\.points: not number/],
    ['gte: 1000', 'gt_e: 1000', /signals\[0\]\.when/],
    ['{ A: 75,', '{ E: 75,', /grades\.E: no such word/],
  ])('refuses %s as %s', (find, put, fault) => {
    expect(GOOD).toContain(find)
    expect(faultsOf(GOOD)).toEqual([])
    expect(faultsOf(GOOD.replace(find, put)).join('\n')).toMatch(fault)
  })

  test('knows times, ids and fields by their form', () => {
    const bad = 'signals: [{ id: A b, label: x, dimension: fit, points: 1, on: x, within: 30m }]\n'
    const faults = faultsOf(bad).join('\n')
    expect(faults).toMatch(/signals\[0\]\.id: not like/)
    expect(faults).toMatch(/signals\[0\]\.within: not like/)
  })

  test('offers known facts under when, not under where, and activity types under on', () => {
    const { signal, condition, attributes } = SCHEMA.definitions ?? {}
    expect(condition?.properties).toHaveProperty(['person.seniority'])
    expect(attributes?.properties).not.toHaveProperty(['person.seniority'])
    expect(signal?.properties?.['when']?.allOf).toEqual([{ $ref: '#/definitions/condition' }])
    expect(signal?.properties?.['where']?.allOf).toEqual([{ $ref: '#/definitions/attributes' }])
    expect(JSON.stringify(signal?.properties?.['on'])).toContain('demo_requested')
  })
})

describe('the patterns say what the code checks', () => {
  const near = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.stringMatching(/^[a-zA-Z_.-]{1,3}[\w.-]{0,4}$/),
    fc.stringMatching(/^(person|company)\.[a-z_A-Z][\w]{0,3}$/),
    fc.stringMatching(/^\d{1,7}(\.\d{1,4})?(min|h|d|w|m)$/),
    fc.constantFrom('none', 'nones', 'x'.repeat(60), 'x'.repeat(61), ' 3d '),
  )
  test.each([
    ['id', (text: string) => idSchema.safeParse(text).success],
    ['tier', (text: string) => tierNameSchema.safeParse(text).success],
    ['field', isFieldPath],
    // A pattern cannot tell that 0d is no length of time.
    ['duration', (text: string) => durationSchema.safeParse(text).success || isZero(text)],
  ] as const)('%s', (form, accepts) => {
    const pattern = new RegExp(PATTERNS[form], 'u')
    fc.assert(
      fc.property(near, (text) => {
        expect(pattern.test(text)).toBe(accepts(text))
      }),
      { numRuns: 500 },
    )
  })
})

function isZero(text: string): boolean {
  return /^\s*0+(\.0{1,3})?(min|h|d|w)\s*$/.test(text) && text.trim().length <= 10
}

describe('the language reference', () => {
  const page = languageReference()

  test('has a row for every key', () => {
    for (const place of places()) {
      const key = place.split('.').slice(1).join('.')
      expect(page).toContain(`| \`${key}\` | ${MEANINGS[place]?.means} |`)
    }
  })

  test('says what is required, what is the default and which words are allowed', () => {
    const row = (key: string) => page.split('\n').find((line) => line.startsWith(`| \`${key}\` |`))
    expect(row('points')).toMatch(/\| number \| \*\*required\*\* \|$/)
    expect(row('combine')).toMatch(/\| `sum`, `separate` or block \| `sum` \|$/)
    expect(row('combine.weighted')).toMatch(/\*\*required\*\* \|$/)
    expect(row('at_most.per')).toMatch(/\| time \| – \|$/)
    expect(row('steps.lose')).toMatch(/\| number above 0 to 1 \|/)
  })

  test('its links lead to its headings', () => {
    const anchors = [...page.matchAll(/^### (.*)$/gm)].map(([, title]) =>
      title?.toLowerCase().replaceAll(' ', '-'),
    )
    for (const [, anchor] of page.matchAll(/\]\(#([^)]*)\)/g)) expect(anchors).toContain(anchor)
  })
})
