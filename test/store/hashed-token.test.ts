import { expect, test } from 'vitest'
import { hashedToken } from '../../src/store/hashed-token.ts'

test('what is stored of a token is its SHA-256, so that tokens of a former release are still known', () => {
  // The example of FIPS 180-4.
  expect(hashedToken('abc').toString('hex')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
})
