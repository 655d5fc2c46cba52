import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTitle } from '../../src/enrichment/title.ts'
import { JOB_FUNCTIONS, SENIORITIES } from '../../src/enrichment/vocabulary.ts'
import { TITLE_SAMPLES } from './title-samples.ts'
import { TITLE_TRAPS } from './title-traps.ts'

function reading(title: string): { seniority: string; jobFunction: string } {
  const { seniority, jobFunction } = readTitle(title)
  return { seniority: seniority ?? '-', jobFunction: jobFunction ?? '-' }
}

test.each([...TITLE_TRAPS, ...TITLE_SAMPLES])('%s is %s, %s', (title, seniority, jobFunction) => {
  expect(reading(title)).toEqual({ seniority, jobFunction })
})

test('every seniority and every function is reached by a title in the tables', () => {
  const cases = [...TITLE_TRAPS, ...TITLE_SAMPLES]
  expect(new Set(cases.map(([, seniority]) => seniority))).toEqual(new Set(['-', ...SENIORITIES]))
  expect(new Set(cases.map(([, , named]) => named))).toEqual(new Set(['-', ...JOB_FUNCTIONS]))
})

test('upper and lower case, accents and blanks around a title do not matter', () => {
  for (const [title] of TITLE_TRAPS) {
    expect(reading(`  ${title.toUpperCase()} `), title).toEqual(reading(title))
  }
  expect(reading('Dirécteur, Sâles Director')).toEqual(reading('Directeur, Sales Director'))
})

const word = fc.constantFrom(
  ...'vp sr. head of assistant to the ceo student intern , / | - & sales it ops manager partner'.split(
    ' ',
  ),
)
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme' }),
  fc.array(word, { maxLength: 60 }).map((words) => words.join(' ')),
)

test('whatever is typed, the reading is from the vocabulary or nothing', () => {
  fc.assert(
    fc.property(anyText, (title) => {
      const { seniority, jobFunction } = readTitle(title)
      expect([undefined, ...SENIORITIES]).toContain(seniority)
      expect([undefined, ...JOB_FUNCTIONS]).toContain(jobFunction)
    }),
  )
})

test('what stands behind the first 200 characters of a title is not read', () => {
  const empty = { seniority: undefined, jobFunction: undefined }
  expect(readTitle(`${'x '.repeat(500_000)}, VP Sales`)).toEqual(empty)
  expect(readTitle('a.'.repeat(500_000))).toEqual(empty)
  expect(readTitle('assistant to '.repeat(80_000)).seniority).toBe('individual')
})

test('words of other languages and names of nothing are no basis for a guess', () => {
  for (const title of ['Ninja', 'n/a', 'N.A.', '-', '—', '🚀', '???', 'none', 'test', 'CEOs']) {
    expect(readTitle(title), title).toEqual({ seniority: undefined, jobFunction: undefined })
  }
})
