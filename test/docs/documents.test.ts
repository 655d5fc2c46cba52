import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ENVIRONMENT_NAMES } from '../../config/env.ts'
import {
  EMAIL_KINDS,
  JOB_FUNCTIONS,
  REGIONS,
  SENIORITIES,
} from '../../src/enrichment/vocabulary.ts'
import { modelSchema } from '../../src/scoring/language/model-schema.ts'
import { CONNECTIVES, operators } from '../../src/scoring/language/predicate-document.ts'

const read = (file: string) => readFileSync(file, 'utf8')
const all = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '').toSorted()

describe('the documents keep up with the code', () => {
  test('README.md lists every setting and no other', () => {
    const rows = read('README.md')
      .split('\n')
      .filter((line) => line.startsWith('| `') && !line.includes('npm run'))
    const named = rows.flatMap((row) => all(row.split('|')[1] ?? '', /`([A-Z_]+)`/g))
    expect(named.toSorted()).toEqual([...ENVIRONMENT_NAMES].toSorted())
  })

  test('CONTRIBUTING.md says of every error class what happens', () => {
    const classes = all(read('src/errors.ts'), /^export class (\w+)/gm)
    const rows = all(read('CONTRIBUTING.md'), /^\| `(\w+)` \|/gm)
    expect(rows).toEqual(classes)
  })

  test('README.md has the two lines to paste on its first screen', () => {
    const screen = read('README.md').split('\n').slice(0, 40)
    expect(screen).toContain('npm ci && npm run demo')
    expect(screen).toContain('npm ci && npm test')
  })

  test('docs/scoring-model.md names every word of the model language', () => {
    const document = read('docs/scoring-model.md')
    const words = [
      ...Object.keys(operators.shape),
      ...CONNECTIVES,
      ...Object.keys(modelSchema.shape).filter(
        (word) => !['model', 'about', 'dimensions'].includes(word),
      ),
      ...Object.keys(modelSchema.shape.signals.element.shape).filter(
        (word) => !['id', 'label', 'dimension'].includes(word),
      ),
    ]
    expect(words.length).toBeGreaterThan(30)
    for (const word of words) expect(document).toContain(word)
  })

  test('docs/scoring-model.md names the words that derivation uses', () => {
    const document = read('docs/scoring-model.md')
    for (const word of [...SENIORITIES, ...JOB_FUNCTIONS, ...EMAIL_KINDS, ...REGIONS]) {
      expect(document).toContain(`\`${word}\``)
    }
  })

  test('every script that the documents name exists', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const documents = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md'].map(read).join('\n')
    for (const name of all(documents, /npm run (?:-s )?([\w:]+)/g)) {
      expect(Object.keys(scripts)).toContain(name)
    }
  })
})
