import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  parseList,
  parseMoment,
  parseNumber,
  parseText,
  parseTruth,
} from '../../connectors/values.ts'
import { slug } from '../../src/leads/slug.ts'

test.each([
  [undefined, undefined],
  ['', undefined],
  ['  ', undefined],
  [' Ada ', 'Ada'],
])('text %j is %j', (raw, expected) => expect(parseText(raw)).toBe(expected))

test.each([
  ['0', 0],
  ['-3.5', -3.5],
  ['1.2E7', 12_000_000],
  [' 42 ', 42],
  ['5,333', undefined],
  ['0x10', undefined],
  ['1e999', undefined],
  ['Infinity', undefined],
  ['about 50', undefined],
  ['', undefined],
])('number %j is %j', (raw, expected) => expect(parseNumber(raw)).toBe(expected))

test.each([
  ['true', true],
  ['FALSE', false],
  ['yes', undefined],
  ['', undefined],
])('truth %j is %j', (raw, expected) => expect(parseTruth(raw)).toBe(expected))

test.each([
  ['a;b', ['a', 'b']],
  [';a;; b ;', ['a', 'b']],
  [';', undefined],
  ['', undefined],
])('list %j is %j', (raw, expected) => expect(parseList(raw)).toEqual(expected))

test.each([
  ['2026-11-01T12:00:00Z', '2026-11-01T12:00:00.000Z'],
  ['2026-11-01T13:00:00.250+01:00', '2026-11-01T12:00:00.250Z'],
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['1793534400000', '2026-11-01T12:00:00.000Z'],
  ['1793534400000.0', '2026-11-01T12:00:00.000Z'],
  ['9999999999999999', undefined],
  ['2026-13-45', undefined],
  ['tomorrow', undefined],
  ['', undefined],
])('moment %j is %j', (raw, expected) => expect(parseMoment(raw)?.toISOString()).toBe(expected))

test.each([
  [' Pipeline Math', 'pipeline-math'],
  ['Café & Données!', 'cafe-donnees'],
  ['日本 2026', '日本-2026'],
])('the slug of %j is %j', (text, expected) => expect(slug(text)).toBe(expected))

test('no value makes a parser throw', () => {
  fc.assert(
    fc.property(fc.string(), (raw) => {
      for (const parse of [parseText, parseNumber, parseTruth, parseList, parseMoment]) parse(raw)
    }),
  )
})
