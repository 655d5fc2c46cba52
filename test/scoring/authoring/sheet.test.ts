import { globSync, readFileSync } from 'node:fs'
import { parse as parseCsv } from 'csv-parse/sync'
import { stringify as stringifyCsv } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { flowText, guardCell, unguardCell } from '../../../src/scoring/authoring/sheet/cell-text.ts'
import { columnOf } from '../../../src/scoring/authoring/sheet/columns.ts'
import { exportSheet } from '../../../src/scoring/authoring/sheet/export-sheet.ts'
import { importSheet } from '../../../src/scoring/authoring/sheet/import-sheet.ts'
import { modelSchema } from '../../../src/scoring/language/model-schema.ts'
import type { Model } from '../../../src/scoring/language/parse.ts'
import { readYaml } from '../../../src/scoring/language/yaml-source.ts'
import { models } from '../generated.ts'
import { modelOf, parsed, yamlOf } from '../models.ts'

const STARTERS = globSync('config/models/*.yaml')

/** Through real CSV text and back: everything is text then. */
function throughCsv(model: Model): string[][] {
  return parseCsv(stringifyCsv(exportSheet(model)))
}

function imported(
  table: readonly (readonly string[])[],
  text: string,
): { yaml: string; model: Model } {
  const result = importSheet(table, { text, model: parsed(text) })
  if (result.ok) return result
  throw new Error(JSON.stringify(result.problems))
}

describe('out and in again', () => {
  test.each(STARTERS)('%s comes back word for word', (file) => {
    const text = readFileSync(file, 'utf8')
    const model = parsed(text)
    const back = imported(throughCsv(model), text)
    expect(back.model.hash).toBe(model.hash)
    expect(back.yaml).toBe(text)
  })

  test.each(STARTERS)('%s, written anew, has the same content', (file) => {
    const model = parsed(readFileSync(file, 'utf8'))
    // Of other signals nothing can be kept, so that every row is written from its cells.
    const text = stringify({ ...model.document, signals: [OTHER], groups: [], accounts: undefined })
    const back = imported(throughCsv(model), text)
    expect(back.model.document.signals).toEqual(model.document.signals)
    expect(new Set(back.model.document.groups)).toEqual(new Set(model.document.groups))
  })

  test('random models', () => {
    fc.assert(
      fc.property(models(true), (model) => {
        const back = imported(throughCsv(model), stringify(model.document))
        expect(back.model.hash).toBe(model.hash)
      }),
      { numRuns: 40 },
    )
  })

  test('random labels and conditions, however hostile', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '=1+1',
        "'=1",
        '-5',
        '+x',
        '@x',
        'null',
        'true',
        '12',
        '~',
        'a: b',
        '# x',
        "''",
        '{a}',
      ),
    )
    const label = text.filter((each) => each.trim() !== '' && !UNPRINTABLE.test(each))
    const value = fc.oneof(
      label,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    )
    fc.assert(
      fc.property(
        label,
        value,
        fc.array(value, { minLength: 1, maxLength: 3 }),
        (name, is, among) => {
          const document = modelOf({
            signals: `\n  - { id: a, label: ${JSON.stringify(name)}, dimension: fit, points: -2.5, when: { person.title: ${JSON.stringify(is)}, any: [{ company.name: { in: ${JSON.stringify(among)} } }] } }`,
          })
          const back = imported(throughCsv(document), BASE)
          expect(back.model.document.signals).toEqual(document.document.signals)
        },
      ),
      { numRuns: 80 },
    )
  })

  test('every key of a signal has its column', () => {
    for (const key of Object.keys(modelSchema.shape.signals.element.shape)) {
      expect(columnOf(key), key).toBeDefined()
    }
  })
})

/** What no model may hold. */
const UNPRINTABLE = /[\p{Cc}--[\t\n\r]]|[\p{Cs}\u{fffd}-\u{ffff}]/v

const OTHER = { id: 'other', label: 'Other', dimension: 'fit', points: 1, on: 'x' }
const BASE = `# Ours
${yamlOf({
  signals: `
  # Size
  - { id: big, label: Big, dimension: fit, points: 30, when: { company.employees: { gte: 1000 } } } # for ever
  # Interest
  - id: visit
    label: Visit # of ours
    dimension: engagement
    points: 5
    on: page_view
    at_most: { times: 1, per: 7d }
  - { id: click, label: Click, dimension: engagement, points: 3, on: email_click }
`,
  groups: '[{ id: web, signals: [visit, click], max: 20 }] # together',
})}hysteresis: 5 # the end
`

/** Imports rows over BASE; the heading is the first. */
function over(...rows: string[]) {
  return importSheet(
    rows.map((row) => row.split('|').map((cell) => cell.trim())),
    { text: BASE, model: parsed(BASE) },
  )
}

function yamlFrom(...rows: string[]): string {
  const result = over(...rows)
  return result.ok ? result.yaml : JSON.stringify(result.problems)
}

describe('a changed sheet over its base', () => {
  const ALL = ['id', 'big', 'visit', 'click']

  test('a sheet of ids and points changes points and nothing else', () => {
    const yaml = yamlFrom('id|points', 'big|30', 'visit|7,5', 'click|3')
    const [before, after] = [BASE.split('\n'), yaml.split('\n')]
    expect(after.filter((line) => !before.includes(line))).toEqual([
      '    label: Visit',
      '    points: 7.5',
    ])
    expect(yaml).toContain('# Interest\n  - id: visit')
    expect(yaml).toContain('# for ever')
  })

  test('rows that are left out are removed, also from their group', () => {
    const result = over('id', 'big', 'click')
    expect(result).toMatchObject({
      ok: true,
      changes: { added: [], changed: [], removed: ['visit'] },
      model: { document: { groups: [{ id: 'web', signals: ['click'], max: 20 }] } },
    })
  })

  test('without members a group goes, and without a sheet for it it stays', () => {
    expect(yamlFrom('id', 'big')).not.toContain('groups')
    expect(yamlFrom(...ALL)).toBe(BASE)
  })

  test('a new row is added in its place', () => {
    const heading = 'id|label|dimension|points|kind|what|decay|group|group_max'
    const result = over(
      heading,
      'call|Call|engagement|8|on|call_connected|half_life: 14d|talk|12',
      'big|Big|fit|30|when|company.employees >= 1000|||',
      'visit|Visit|engagement|5|on|page_view||web|',
      'click|Click|engagement|3|on|email_click||web|20',
    )
    expect(result).toMatchObject({
      ok: true,
      changes: { added: ['call'], changed: [], removed: [] },
    })
    const document = result.ok ? result.model.document : undefined
    expect(document?.signals.map(({ id }) => id)).toEqual(['call', 'big', 'visit', 'click'])
    expect(document?.signals[0]).toMatchObject({ points: 8, decay: { half_life: '14d' } })
    expect(document?.groups).toEqual([
      { id: 'web', signals: ['visit', 'click'], max: 20 },
      { id: 'talk', signals: ['call'], max: 12 },
    ])
  })

  test('rows that are moved about are moved in the model with their comments', () => {
    const yaml = yamlFrom('id', 'visit', 'click', 'big')
    expect(yaml.indexOf('# Interest')).toBeLessThan(yaml.indexOf('# Size'))
    expect(parsed(yaml).document.signals.map(({ id }) => id)).toEqual(['visit', 'click', 'big'])
  })

  test('a base with anchors is written anew, in the same sense', () => {
    const text = BASE.replace(
      'at_most: { times: 1, per: 7d }',
      'at_most: &week { times: 1, per: 7d }',
    ).replace('on: email_click }', 'on: email_click, at_most: *week }')
    const back = imported(
      [
        ['id', 'points'],
        ['big', '31'],
        ['visit', '5'],
        ['click', '3'],
      ],
      text,
    )
    expect(back.model.document.signals[0]?.points).toBe(31)
    expect(back.model.document.signals[2]?.at_most).toEqual({ times: 1, per: '7d' })
    expect(back.model.document.hysteresis).toBe(5)
  })

  test('a base in braces is written anew, in the same sense', () => {
    const text = JSON.stringify(parsed(BASE).document)
    const back = imported(
      [
        ['id', 'points'],
        ['big', '31'],
        ['visit', '5'],
        ['click', '3'],
      ],
      text,
    )
    expect(back.model.document.signals.map(({ points }) => points)).toEqual([31, 5, 3])
    expect(back.model.document.hysteresis).toBe(5)
  })
})

describe('without a base', () => {
  test('the signals get a usual beginning around them', () => {
    const model = parsed(readFileSync('config/models/b2b-starter.yaml', 'utf8'))
    const result = importSheet(throughCsv(model))
    const document = result.ok ? result.model.document : undefined
    expect(document?.signals).toEqual(model.document.signals)
    expect(document).toMatchObject({
      model: 'from-a-sheet',
      hysteresis: 5,
      stages: { mql: { score: 50 } },
    })
  })
})

describe('cells', () => {
  test.each(['=1+1', '+1', '-1', '@cmd', '＝1', "'=1", "''-1"])(
    '%s is no formula and comes back',
    (text) => {
      expect(guardCell(text)).toBe(`'${text}`)
      expect(unguardCell(guardCell(text))).toBe(text)
    },
  )

  test.each(['plain', "'quoted'", "it's", '{a: 1}', ''])('%j stays as it is', (text) => {
    expect(guardCell(text)).toBe(text)
    expect(unguardCell(text)).toBe(text)
  })

  test('no text cell of an export begins like a formula, and numbers stay numbers', () => {
    const signals = `\n  - { id: a, label: "=HYPERLINK(1)", dimension: fit, points: -5, when: { person.title: x } }`
    const [, row = []] = exportSheet(modelOf({ signals }))
    expect(row[1]).toBe("'=HYPERLINK(1)")
    expect(row[3]).toBe(-5)
  })

  test('a value on one line reads back as itself', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({
          maxDepth: 3,
          stringUnit: fc.constantFrom('a', ' ', '\n', '"', "'", ':', '#', '{', '-'),
        }),
        (value) => {
          // YAML has no -0 of its own, and keys of a prototype are no keys.
          const plain: unknown = { x: JSON.parse(JSON.stringify(value)) }
          const text = flowText(plain)
          expect(text).not.toContain('\n')
          const reading = readYaml(text)
          expect(reading.ok && reading.source.value).toEqual(plain)
        },
      ),
      { numRuns: 200 },
    )
  })
})
