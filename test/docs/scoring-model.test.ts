import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  EMAIL_KINDS,
  JOB_FUNCTIONS,
  REGIONS,
  SENIORITIES,
} from '../../src/enrichment/vocabulary.ts'
import { ACTIVITY_TYPES } from '../../src/leads/activity-types.ts'
import { FACT_FIELDS } from '../../src/leads/fact-fields.ts'
import { checkAccountExamples } from '../../src/scoring/accounts/check-account-examples.ts'
import { lintModel, lintRules } from '../../src/scoring/authoring/lint-model.ts'
import { checkExamples } from '../../src/scoring/check-examples.ts'
import { formatProblem } from '../../src/scoring/language/model-problem.ts'
import { parseModel } from '../../src/scoring/language/parse.ts'
import { withReference } from '../../tools/write-docs.ts'

const DOCUMENT = readFileSync('docs/scoring-model.md', 'utf8')
const EXPLANATION = DOCUMENT.slice(0, DOCUMENT.indexOf('\n## Reference'))

/** The example at the top, and the same with the accounts that are shown further down. */
function examples(): string[] {
  const blocks = [...DOCUMENT.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? '')
  const [model = '', accounts = ''] = blocks
  return [model, `${model}\n${accounts}`]
}

function validModel(text: string) {
  const reading = parseModel(text)
  if (reading.ok) return reading.model
  throw new Error(reading.problems.map(formatProblem).join('\n'))
}

describe('docs/scoring-model.md', () => {
  test('its reference is current: else run `node tools/write-docs.ts`', () => {
    expect(DOCUMENT).toBe(withReference(DOCUMENT))
  })

  test('names the facts, activities and words that models can use', () => {
    const facts = FACT_FIELDS.map((field) => field.split('.')[1] ?? '')
    const words = [...SENIORITIES, ...JOB_FUNCTIONS, ...EMAIL_KINDS, ...REGIONS]
    for (const word of [...facts, ...ACTIVITY_TYPES, ...words]) {
      expect(EXPLANATION).toContain(`\`${word}\``)
    }
  })

  test('says of every lint rule what it finds, and whether it warns or hints', () => {
    const rows = [...EXPLANATION.matchAll(/^\| (warning|hint) \| (.*?) \|/gm)]
    const told = rows.flatMap(([, severity, names = '']) =>
      names.split(', ').map((name) => `${severity} ${name}`),
    )
    const rules = lintRules().map(({ severity, name }) => `${severity} \`${name}\``)
    expect(told.toSorted()).toEqual(rules.toSorted())
  })

  test.each(examples())(
    'its example is a model that lint likes and whose examples hold',
    (text) => {
      const model = validModel(text)
      const now = new Date(0)
      const outcomes = [...checkExamples(model, now), ...checkAccountExamples(model, now)]
      expect(outcomes.length).toBeGreaterThanOrEqual(3)
      expect(outcomes.flatMap(({ differences }) => differences)).toEqual([])
      expect(lintModel(model)).toEqual([])
    },
  )
})
