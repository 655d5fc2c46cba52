import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ActivityMapping,
  mappedForm,
  mappedMeeting,
  mappedPage,
} from '../../src/leads/activity-mapping.ts'

test.each([
  ['Request a demo', 'request a DEMO', true],
  ['Request a demo', 'Request a demo!', false],
  ['*demo*', 'Book your Demo now', true],
  ['*demo*', 'demo', true],
  ['demo*', 'a demo', false],
  ['*demo', 'demo now', false],
  ['a*b*c', 'a-b-c', true],
  ['a*b*c', 'acb', false],
  ['aba*aba', 'aba', false],
  ['aba*aba', 'abaaba', true],
  ['a.c', 'abc', false],
  ['*', '', true],
  ['**', 'anything', true],
  ['(x)?', '(X)?', true],
])('the form pattern %j fits %j: %s', (name, form, fits) => {
  const mapping = ActivityMapping.parse({ forms: [{ name, is: 'found' }] })
  expect(mappedForm(mapping, form)?.is).toBe(fits ? 'found' : undefined)
})

test('the first rule that fits decides', () => {
  const forms = [
    { name: '*demo*', is: 'first' },
    { name: '*', is: 'second' },
  ]
  expect(mappedForm({ forms }, 'A demo')?.is).toBe('first')
  expect(mappedForm({ forms }, 'Survey')?.is).toBe('second')
  expect(mappedForm({}, 'Survey')).toBeUndefined()
})

test('pages are told by their path', () => {
  const pages = [{ path: '/pricing*', is: 'pricing_viewed' }]
  expect(mappedPage({ pages }, '/Pricing/teams')?.is).toBe('pricing_viewed')
  expect(mappedPage({ pages }, '/blog/pricing')).toBeUndefined()
})

test.each([
  ['Discovery call', 'First Meeting', 'both'],
  ['Discovery call', 'Other', 'title_only'],
  ['Anything', ' first meeting ', 'type_only'],
  ['Anything', 'first', undefined],
])('the meeting %j of type %j is %s', (title, type, expected) => {
  const meetings = [
    { title: 'Discovery*', type: 'First meeting', is: 'both' },
    { title: 'Discovery*', is: 'title_only' },
    { type: 'First meeting', is: 'type_only' },
  ]
  expect(mappedMeeting({ meetings }, title, type)?.is).toBe(expected)
})

test('a pattern agrees with the regular expression it stands for', () => {
  const letters = fc.string({
    unit: fc.constantFrom('a', 'b', '*', '.'),
    minLength: 1,
    maxLength: 8,
  })
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 })
  fc.assert(
    fc.property(letters, texts, (name, text) => {
      const parts = name.split('*').map((part) => part.replaceAll('.', '\\.'))
      const fits = new RegExp(`^${parts.join('.*')}$`).test(text)
      expect(mappedForm({ forms: [{ name, is: 'x' }] }, text) !== undefined).toBe(fits)
    }),
    { numRuns: 500 },
  )
})

test('a hostile pattern on a long text ends at once', () => {
  const forms = [{ name: `${'*a'.repeat(90)}*b`, is: 'x' }]
  const started = performance.now()
  expect(mappedForm({ forms }, 'a'.repeat(200_000))).toBeUndefined()
  // Backtracking would take longer than the universe has existed.
  expect(performance.now() - started).toBeLessThan(2_000)
})

test.each([
  [{ form: [] }],
  [{ forms: [{ name: '*', is: 'Demo Requested' }] }],
  [{ forms: [{ name: ' ', is: 'x' }] }],
  [{ forms: [{ name: 'x'.repeat(201), is: 'x' }] }],
  [{ forms: [{ name: '*', is: 'x', attributes: { 'Product Line': 1 } }] }],
  [{ forms: [{ name: '*', is: 'x', attributes: { a: null } }] }],
  [{ pages: [{ path: '*' }] }],
  [{ meetings: [{ is: 'x' }] }],
  [{ pages: Array.from({ length: 501 }, () => ({ path: '*', is: 'x' })) }],
])('%j is no mapping', (value) => {
  expect(ActivityMapping.safeParse(value).success).toBe(false)
})
