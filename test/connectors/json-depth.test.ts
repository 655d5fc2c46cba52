import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isNestedWithin } from '../../connectors/json-depth.ts'

/** The depth as it is after parsing. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

test('the depth found without parsing is that of the parsed value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(8), (value, deepest) => {
      const json = Buffer.from(JSON.stringify(value))
      expect(isNestedWithin(json, deepest)).toBe(depthOf(value) <= deepest)
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['["[[[[["]', true],
  [String.raw`["\"[[[[["]`, true],
  [String.raw`["\\",[[[1]]]]`, false],
  ['{"{{{{{":1}', true],
  ['{"a":{"b":{"c":{}}}}', false],
])('%s within 3: %s', (json, within) => {
  expect(isNestedWithin(Buffer.from(json), 3)).toBe(within)
})

test('whatever the bytes are, there is an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(typeof isNestedWithin(Buffer.from(bytes), 2)).toBe('boolean')
    }),
  )
})
