import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'

const OLD = 'the secret of last year, long enough'
const NEW = 'the secret of this year, long enough'
const old = createSecretBox(OLD)
const rotating = createSecretBox(NEW, OLD)
const fresh = createSecretBox(NEW)

/** As boxes were before they had a key id and an owner: nonce, tag, ciphertext. */
function formerBox(secret: string, text: string): Buffer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'plumbline tokens v1', 32))
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

describe('a sealed text', () => {
  test('comes back, whatever it is, and never looks the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, owner) => {
        const sealed = fresh.seal(text, owner)
        expect(fresh.open(sealed, owner)).toBe(text)
        expect(sealed.equals(fresh.seal(text, owner))).toBe(false)
      }),
    )
  })

  test('changed by one bit does not open', () => {
    const sealed = fresh.seal('token', 'a')
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed)
      const at = bit >> 3
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7))
      expect(() => fresh.open(changed, 'a')).toThrow(UserError)
    }
    expect(fresh.open(sealed, 'a')).toBe('token')
  })

  test('cut short anywhere does not open', () => {
    const sealed = fresh.seal('token', 'a')
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => fresh.open(sealed.subarray(0, length), 'a')).toThrow(UserError)
    }
  })

  test('opens for its owner only', () => {
    const sealed = fresh.seal('token', 'a')
    for (const other of ['b', '', 'aa', 'A']) {
      expect(() => fresh.open(sealed, other)).toThrow(UserError)
    }
  })

  test('names the key, and the key follows neither from its name nor from another secret’s', () => {
    const [one, two] = [fresh.seal('x', 'a'), fresh.seal('y', 'b')]
    expect(one.subarray(0, 9).equals(two.subarray(0, 9))).toBe(true)
    expect(one.subarray(0, 9).equals(old.seal('x', 'a').subarray(0, 9))).toBe(false)
    expect(one.includes(Buffer.from(NEW))).toBe(false)
  })
})

describe('a box that a former release sealed', () => {
  test.each([
    [
      'with its form, key and owner',
      '0276911e565b1489ebdfda1e7ecdae5216c72605f0990950ce80558af48645549a148a7dcd94acff6b24',
      true,
    ],
    [
      'before there were forms',
      'f8dc069b0930484ad531d0a54edb470970bd4b62b0d8194e42dbb269c3e9317756',
      false,
    ],
  ])('%s opens in this one', (_when, sealed, isCurrent) => {
    const box = createSecretBox(OLD)
    expect(box.open(Buffer.from(sealed, 'hex'), '7')).toBe('token')
    expect(box.isCurrent(Buffer.from(sealed, 'hex'))).toBe(isCurrent)
    const later = createSecretBox(NEW, OLD)
    expect(later.open(Buffer.from(sealed, 'hex'), '7')).toBe('token')
    expect(later.isCurrent(Buffer.from(sealed, 'hex'))).toBe(false)
    const header = box.seal('token', '7').toString('hex', 0, 9)
    expect(sealed.startsWith(header)).toBe(isCurrent)
  })

  test('does not open without its secret, and the error says what to do', () => {
    const box = createSecretBox(NEW)
    expect(() => box.open(Buffer.from('00'.repeat(42), 'hex'), '7')).toThrow(UserError)
    expect(() => box.open(old.seal('token', '7'), '7')).toThrow(/PLUMBLINE_SECRET_PREVIOUS/)
  })
})

describe('while the secret is being replaced', () => {
  test('what was sealed under the former one opens, and is not current', () => {
    const sealed = old.seal('token', 'a')
    expect(rotating.open(sealed, 'a')).toBe('token')
    expect(rotating.isCurrent(sealed)).toBe(false)
    expect(() => rotating.open(sealed, 'b')).toThrow(UserError)
  })

  test('what is sealed is sealed under the present one', () => {
    const sealed = rotating.seal('token', 'a')
    expect(rotating.isCurrent(sealed)).toBe(true)
    expect(fresh.open(sealed, 'a')).toBe('token')
    expect(() => old.open(sealed, 'a')).toThrow(UserError)
  })

  test('afterwards the former secret opens nothing, and the error says what to do', () => {
    expect(() => fresh.open(old.seal('token', 'a'), 'a')).toThrow(/PLUMBLINE_SECRET_PREVIOUS/)
  })
})

describe('a box from before boxes had owners', () => {
  test.each([
    ['the present secret', NEW],
    ['the former secret', OLD],
  ])('opens under %s, and is not current', (_which, secret) => {
    const sealed = formerBox(secret, 'token')
    expect(rotating.open(sealed, 'a')).toBe('token')
    expect(rotating.isCurrent(sealed)).toBe(false)
  })

  test('cannot be made of a box that has one', () => {
    const sealed = fresh.seal('token', 'a')
    expect(() => fresh.open(sealed.subarray(9), 'b')).toThrow(UserError)
  })

  test('is not taken with a tag that is cut short', () => {
    const sealed = formerBox(NEW, '')
    expect(fresh.open(sealed, 'a')).toBe('')
    expect(() => fresh.open(sealed.subarray(0, 12 + 4), 'a')).toThrow(UserError)
  })
})
