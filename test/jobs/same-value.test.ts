import { expect, test } from 'vitest'
import { sameValue } from '../../jobs/same-value.ts'

test.each([
  ['87', '87.0'],
  ['87', ' 87'],
  ['-3.50', '-3.5'],
  ['VP; visited pricing', 'VP; visited pricing\n'],
  ['', '  '],
  ['2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00Z'],
  ['2026-11-22T12:00:00.000Z', '2026-11-22T13:00:00+01:00'],
  ['2026-11-22T12:00:00.000Z', String(Date.parse('2026-11-22T12:00:00Z'))],
  ['2026-11-22T12:00:00.000Z', `${Date.parse('2026-11-22T12:00:00Z')}.0`],
  ['2026-11-22T12:00:00.987Z', '2026-11-22T12:00:00.000Z'],
])('%j and %j say the same', (one, other) => {
  expect(sameValue(one, other)).toBe(true)
  expect(sameValue(other, one)).toBe(true)
})

test.each([
  ['87', '88'],
  ['87', ''],
  ['0', ''],
  ['A', 'a'],
  ['5,333', '5333'],
  ['0x10', '16'],
  ['2026-11-22T12:00:00.000Z', '2026-11-22T12:00:01Z'],
  ['2026-11-22T12:00:00.000Z', '12'],
  ['2026-11-22T12:00:00.000Z', 'yesterday'],
])('%j and %j do not', (one, other) => {
  expect(sameValue(one, other)).toBe(false)
  expect(sameValue(other, one)).toBe(false)
})
