import { describe, expect, test } from 'vitest'
import {
  createPasswords,
  hashPassword,
  objectionTo,
  TooBusy,
} from '../../src/http/admin/passwords.ts'

const CHEAP = { ln: 10, r: 8, p: 1 }
const TODAY = { ln: 17, r: 8, p: 1 }
const PASSWORD = 'four words and nothing more'

describe('a new password', () => {
  const SHORT =
    'The password has 11 characters; it needs 12 or more. Four or five words that have nothing to do with each other are good.'
  const COMMON =
    'This password is one of those that are tried first. Choose one that nobody else has.'
  test.each([
    ['shorter than twelve characters', 'elevenchars', SHORT],
    // 21 code units, 11 characters.
    ['whose characters take several code units', `${'👩🏽'.repeat(5)}a`, SHORT],
    ['of twelve', 'twelve chars', null],
    ['of 256', `${'long enough '.repeat(21)}good`, null],
    [
      'of 257',
      `${'long enough '.repeat(21)}good!`,
      'The password has 257 characters; 256 are enough.',
    ],
    ['that is the name', 'ADA of Lovelace', 'The password must not be the name.'],
    ['that has the name in it', 'ADA of Lovelace 7', null],
    ['that everybody tries', 'Password1234', COMMON],
    ['that is a row of keys', 'QWERTYUIOPas', COMMON],
    ['that is a row of keys with an end of its own', 'qwertyuiopas8', null],
    ['that is three characters over and over', 'abcabcabcabcab', COMMON],
    ['that is four characters over and over', 'abcdabcdabcd', null],
    ['that ends like a run and does not begin like one', 'x aaaaaaaaaaaaa', null],
    ['that begins like a run and does not end like one', 'aaaaaaaaaaaaa xyz', null],
  ])('%s', (_which, password, objection) => {
    expect(objectionTo(password, 'Ada of Lovelace')).toBe(objection)
  })
})

describe('a stored password', () => {
  const passwords = createPasswords()

  test('says its costs itself, and has a salt of its own', async () => {
    const [one, other] = [await hashPassword('x', CHEAP), await hashPassword('x', CHEAP)]
    expect(one).toMatch(/^\$scrypt\$ln=10,r=8,p=1\$[\w+/]{22}==\$[\w+/]{43}=$/)
    expect(one).not.toBe(other)
  })

  test('is scrypt as others compute it', async () => {
    // The example of RFC 7914 of these costs, of which 32 bytes are kept.
    const key = '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2'
    const [salt, hash] = [Buffer.from('SodiumChloride'), Buffer.from(key, 'hex')]
    const stored = `$scrypt$ln=14,r=8,p=1$${salt.toString('base64')}$${hash.toString('base64')}`
    expect(await passwords.verify('pleaseletmein', stored)).toBe('outdated')
    expect(await passwords.verify('pleaseletmeout', stored)).toBe('wrong')
  })

  test.each([
    [TODAY, 'right'],
    [{ ...TODAY, ln: 10 }, 'outdated'],
    [{ ...TODAY, r: 4 }, 'outdated'],
    [{ ...TODAY, p: 2 }, 'outdated'],
  ])('at the costs %j is %s', async (cost, verdict) => {
    expect(await passwords.verify(PASSWORD, await hashPassword(PASSWORD, cost))).toBe(verdict)
  })

  test('that is new has the costs of today', async () => {
    expect(await passwords.hash(PASSWORD)).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$/)
  })

  test('of a name that does not exist is wrong, whatever is typed', async () => {
    expect(await passwords.verify(PASSWORD, null)).toBe('wrong')
    expect(await passwords.verify('', null)).toBe('wrong')
  })

  test('is right however its letters are put together', async () => {
    const stored = await hashPassword('cafe\u0301 of f\ufb01ve', CHEAP)
    expect(await passwords.verify('caf\u00e9 of ffive', stored)).toBe('outdated')
  })

  const key = Buffer.alloc(32).toString('base64')
  test.each([
    ['', 'not written as Plumbline writes them'],
    [`x$scrypt$ln=1,r=1,p=1$c2FsdA==$${key}`, 'not written as Plumbline writes them'],
    [`$scrypt$ln=1,r=1,p=1$c2FsdA==$${key}$x`, 'not written as Plumbline writes them'],
    [`$scrypt$ln=1,r=1,p=$c2FsdA==$${key}`, 'not written as Plumbline writes them'],
    ['$scrypt$ln=1,r=1,p=1$c2FsdA==$c2hvcnQ=', 'has a hash of another length'],
  ])('%s is no stored password', async (stored, words) => {
    await expect(passwords.verify(PASSWORD, stored)).rejects.toThrow(words)
  })

  test('that cannot be read holds up nobody', async () => {
    for (let n = 0; n < 20; n += 1) {
      await expect(passwords.verify(PASSWORD, 'x')).rejects.toThrow('a stored password')
    }
    const stored = await hashPassword(PASSWORD, CHEAP)
    const [broken, next] = [passwords.verify(PASSWORD, 'x'), passwords.verify(PASSWORD, stored)]
    await expect(broken).rejects.toThrow('a stored password')
    expect(await next).toBe('outdated')
  })

  test('of costs that nobody can pay is an error, not a wrong password', async () => {
    await expect(hashPassword(PASSWORD, { ln: 1, r: 2 ** 30, p: 1 })).rejects.toThrow(
      /scrypt|memory/i,
    )
  })

  test('is looked at when sixteen wait at most', async () => {
    const stored = await hashPassword(PASSWORD, CHEAP)
    const tries = Array.from({ length: 17 }, () => passwords.verify(PASSWORD, stored))
    const outcomes = await Promise.allSettled(tries)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(16)
    await expect(tries.at(-1)).rejects.toThrow(
      new TooBusy('too many passwords wait to be looked at'),
    )
    await expect(tries.at(-1)).rejects.toMatchObject({ name: 'TooBusy' })
  })
})
