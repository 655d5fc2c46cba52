import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sObjectOf, to18 } from '../../../connectors/salesforce/ids.ts'

test.each([
  ['001D000000IRFma', '001D000000IRFmaIAH'],
  ['00Q000000000000', '00Q000000000000EAA'],
])('%s is completed to %s', (short, long) => {
  expect(to18(short)).toBe(long)
  expect(to18(long)).toBe(long)
})

test('an id that lost its capitals gets them back from its last three characters', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z0-9]{15}$/), (short) => {
      const long = to18(short) ?? ''
      expect(to18(long.toLowerCase())).toBe(long)
      expect(to18(long.toUpperCase())).toBe(long)
    }),
  )
})

test.each([
  '',
  '4711',
  '001D000000IRFm',
  '001D000000IRFmaIA',
  "001D000000IRFma' OR",
  '001D000000IRFmaXXX',
])('%j is no id', (text) => {
  expect(to18(text)).toBeUndefined()
  expect(sObjectOf(text)).toBeUndefined()
})

test('an id says what it is of', () => {
  expect(sObjectOf('00Q000000000001')).toBe('Lead')
  expect(sObjectOf('00q000000000000eaa')).toBe('Lead')
  expect(sObjectOf('003000000000001AAA')).toBe('Contact')
  expect(sObjectOf('001000000000001AAA')).toBe('Account')
  expect(sObjectOf('00v000000000001AAA')).toBe('CampaignMember')
  expect(sObjectOf('00V000000000001')).toBeUndefined()
  expect(sObjectOf('a01000000000001AAA')).toBeUndefined()
})
