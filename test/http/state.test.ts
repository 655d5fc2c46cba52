import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOurState, signState } from '../../src/http/state.ts'

const SECRET = 'a secret that only the tests know about'
const NOW = new Date('2026-11-22T12:00:00Z')
const after = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000)

test('our own state is accepted for a quarter of an hour, and not before it was made', () => {
  const state = signState(SECRET, NOW)
  expect(isOurState(SECRET, state, NOW)).toBe(true)
  expect(isOurState(SECRET, state, after(15))).toBe(true)
  expect(isOurState(SECRET, state, after(15.1))).toBe(false)
  expect(isOurState(SECRET, state, after(-0.1))).toBe(false)
})

test('no state changed in one character, and no other text, is accepted', () => {
  const state = signState(SECRET, NOW)
  const position = fc.nat(state.length - 1)
  fc.assert(
    fc.property(
      position,
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      (at, other) => {
        fc.pre(state[at] !== other)
        expect(isOurState(SECRET, state.slice(0, at) + other + state.slice(at + 1), NOW)).toBe(
          false,
        )
      },
    ),
    { numRuns: 2_000 },
  )
  fc.assert(fc.property(fc.string(), (text) => !isOurState(SECRET, text, NOW)))
  expect(isOurState('another secret', state, NOW)).toBe(false)
})
