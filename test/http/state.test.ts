import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readState, sameText, signState } from '../../src/http/state.ts'

const SECRET = 'a secret that only the tests know about'
const NOW = new Date('2026-11-22T12:00:00Z')
const after = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000)
const read = (text: string, at = NOW, secret = SECRET) => readState([secret], 'hubspot', text, at)

test('our own state is accepted for ten minutes, and not before it was made', () => {
  const { nonce, text } = signState(SECRET, 'hubspot', NOW, 'install')
  expect(read(text)).toEqual({ purpose: 'install', nonce })
  expect(read(text, after(10))).toEqual({ purpose: 'install', nonce })
  expect(read(text, after(10.1))).toBeNull()
  expect(read(text, after(-0.1))).toBeNull()
})

test('every state has 128 random bits of its own', () => {
  const nonces = Array.from(
    { length: 100 },
    () => signState(SECRET, 'hubspot', NOW, 'install').nonce,
  )
  expect(new Set(nonces).size).toBe(100)
  expect(Buffer.from(nonces[0] ?? '', 'base64url')).toHaveLength(16)
})

test('no state changed in one character, and no other text, is accepted', () => {
  const { text } = signState(SECRET, 'hubspot', NOW, 'install')
  const position = fc.nat(text.length - 1)
  fc.assert(
    fc.property(
      position,
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      (at, other) => {
        fc.pre(text[at] !== other)
        expect(read(text.slice(0, at) + other + text.slice(at + 1))).toBeNull()
      },
    ),
    { numRuns: 2_000 },
  )
  fc.assert(fc.property(fc.string(), (anything) => read(anything) === null))
})

test('a state of another secret or another CRM is not accepted', () => {
  const { text } = signState(SECRET, 'hubspot', NOW, 'install')
  expect(read(text, NOW, 'another secret')).toBeNull()
  expect(readState([SECRET], 'salesforce', text, NOW)).toBeNull()
})

test('while the secret is being replaced, a state that was signed under the former one is taken', () => {
  const { nonce, text } = signState(SECRET, 'hubspot', NOW, 'install')
  expect(readState(['the new secret', SECRET], 'hubspot', text, NOW)).toEqual({
    purpose: 'install',
    nonce,
  })
  expect(readState(['the new secret'], 'hubspot', text, NOW)).toBeNull()
  expect(readState([], 'hubspot', text, NOW)).toBeNull()
})

test('a state says what it was made for', () => {
  const { nonce, text } = signState(SECRET, 'hubspot', NOW, 'sign-in')
  expect(read(text)).toEqual({ purpose: 'sign-in', nonce })
})

test('a genuine state with something before, behind or left out is none', () => {
  const { text } = signState(SECRET, 'hubspot', NOW, 'install')
  const [bornAt, nonce, signed] = text.split('.')
  const others = [`${text}.`, `${text}.x`, `.${text}`, `${bornAt}.${nonce}`, `${bornAt}.${nonce}.`]
  for (const other of [...others, `${bornAt}..${signed}`, `.${nonce}.${signed}`, '', '..']) {
    expect(read(other)).toBeNull()
  }
})

test.each([
  ['abc', 'abc', true],
  ['', '', true],
  ['abc', 'abd', false],
  ['abc', 'abcd', false],
  ['', 'a', false],
  // As many characters, but not as many bytes.
  ['é', 'e', false],
])('"%s" and "%s" are the same text: %s', (one, other, same) => {
  expect(sameText(one, other)).toBe(same)
})
