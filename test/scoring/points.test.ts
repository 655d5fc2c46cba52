import { expect, test } from 'vitest'
import {
  formatPoints,
  formatSignedPoints,
  roundHalfAway,
  toHundredths,
  toPoints,
  toWholePoints,
  where,
} from '../../src/scoring/engine/points.ts'

test.each([
  [0.5, 1],
  [0.49, 0],
  [-0.5, -1],
  [-0.49, 0],
  [1.5, 2],
  [-1.5, -2],
  [0, 0],
  [-0, 0],
])('%d is rounded to %d', (value, rounded) => {
  expect(roundHalfAway(value)).toBe(rounded)
})

test.each([
  [0.07, 7],
  [-0.07, -7],
  [1.005, 100],
  [40, 4_000],
])('%d points are %d hundredths', (points, hundredths) => {
  expect(toHundredths(points)).toBe(hundredths)
})

test.each([
  [4_950, 49.5, 50],
  [4_949, 49.49, 49],
  [50, 0.5, 1],
  [49, 0.49, 0],
  [0, 0, 0],
])('%d hundredths are %d points, written as %d', (hundredths, points, whole) => {
  expect(toPoints(hundredths)).toBe(points)
  expect(toWholePoints(hundredths)).toBe(whole)
})

test('what does not hold counts nothing, and never less than nothing', () => {
  expect([where(true, 250), where(true, -250), where(false, 250), where(false, -250)]).toEqual([
    250, -250, 0, 0,
  ])
})

test.each([
  [40, '40.00', '+40.00'],
  [-12, '-12.00', '-12.00'],
  [0, '0.00', '+0.00'],
])('%d reads %s, as a line of a sum %s', (points, plain, signed) => {
  expect(formatPoints(points)).toBe(plain)
  expect(formatSignedPoints(points)).toBe(signed)
})
