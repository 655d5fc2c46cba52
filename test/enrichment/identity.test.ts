import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { businessDomain, companyDomain, identityKeys } from '../../src/enrichment/identity.ts'
import type { FactMap, FactValue } from '../../src/leads/facts.ts'

function keyOf(kind: 'email' | 'name_domain', facts: FactMap): string | undefined {
  return identityKeys(facts).find((key) => key.kind === kind)?.key
}
const emailKey = (email: FactValue) => keyOf('email', { email })
const nameKey = (first: FactValue, last: FactValue, email = 'x@acme.com') =>
  keyOf('name_domain', { first_name: first, last_name: last, email })

describe('one mailbox is one key', () => {
  test.each([
    ['as it is', 'ann@acme.com', 'ann@acme.com'],
    ['case and blanks', '  Ann.Lee@ACME.com\t', 'ann.lee@acme.com'],
    ['dots mean something elsewhere', 'a.nn@acme.com', 'a.nn@acme.com'],
    ['a plus means something elsewhere', 'ann+news@acme.com', 'ann+news@acme.com'],
    ['and at other free providers', 'ann+news@outlook.com', 'ann+news@outlook.com'],
    ['and at Fastmail', 'a.n.n@fastmail.com', 'a.n.n@fastmail.com'],
    ['a subdomain is another mail server', 'ann@mail.acme.com', 'ann@mail.acme.com'],
    ['dots at Gmail', 'A.n.n.Lee@gmail.com', 'annlee@gmail.com'],
    ['a tag at Gmail', 'annlee+a+b@gmail.com', 'annlee@gmail.com'],
    ['Gmail’s other name', 'Ann.Lee+x@GoogleMail.com', 'annlee@gmail.com'],
    ['a host that only looks like Gmail', 'a.nn+x@gmail.co', 'a.nn+x@gmail.co'],
    ['a domain in its own script', 'ann@bücher.de', 'ann@xn--bcher-kva.de'],
    ['the same in ASCII', 'ann@XN--BCHER-KVA.de', 'ann@xn--bcher-kva.de'],
    ['a full stop of another script', 'ann@acme。com', 'ann@acme.com'],
    ['wide letters', 'ａｎｎ@acme.com', 'ann@acme.com'],
    ['letters with marks, composed', 'jose\u0301@acme.com', 'josé@acme.com'],
    ['a wide plus is no tag', 'ann＋x@gmail.com', undefined],
    ['a wide at sign is none', 'ann＠acme.com', undefined],
  ])('%s: %s', (_, email, key) => {
    expect(emailKey(email)).toBe(key)
  })

  test.each([
    'info@acme.com',
    'Sales+x@acme.com',
    'i.n.f.o+x@gmail.com',
    'ｉｎｆｏ@acme.com',
    'no-reply@acme.com',
    'ann@',
    '@acme.com',
    'ann',
    '',
    ' ',
    'ann@localhost',
    'ann@acme',
    'ann@acme.com, bob@acme.com',
    'Ann <ann@acme.com>',
    '+tag@gmail.com',
    'ann@acme.com\u0000',
    `${'a'.repeat(65)}@acme.com`,
    '\ud800@acme.com',
  ])('%j says nothing about one person', (email) => {
    expect(identityKeys({ email, first_name: 'A', last_name: 'B' })).toEqual([])
  })

  test('the key of a key is the key', () => {
    const local = fc.stringMatching(/^[\p{L}\p{N}.+_-]{1,12}$/u)
    const host = fc.constantFrom('acme.com', 'gmail.com', 'googlemail.com', 'bücher.de')
    fc.assert(
      fc.property(local, host, (name, at) => {
        const key = emailKey(`${name}@${at}`)
        expect(key === undefined ? key : emailKey(key)).toBe(key)
      }),
    )
  })
})

describe('a name at an employer is one key', () => {
  test.each([
    ['as it is', 'Ann', 'Lee', 'ann lee@acme.com'],
    ['case and blanks', ' ANN ', 'lee', 'ann lee@acme.com'],
    ['accents', 'Zoë', 'Núñez', 'zoe nunez@acme.com'],
    ['punctuation', 'Anne-Marie', 'O’Neil, Jr.', 'annemarie oneiljr@acme.com'],
    ['blanks inside', 'Anne Marie', "O'Neil Jr", 'annemarie oneiljr@acme.com'],
    ['sharp s', 'Max', 'Strauß', 'max strauss@acme.com'],
    ['dotted capital i', 'İpek', 'Lee', 'ipek lee@acme.com'],
    ['a family name that looks like a placeholder', 'Hyun', 'Na', 'hyun na@acme.com'],
    ['another script', 'Юлия', 'Петрова', 'юлия петрова@acme.com'],
  ])('%s', (_, first, last, key) => {
    expect(nameKey(first, last)).toBe(key)
  })

  test('what separates first and last name matters', () => {
    expect(nameKey('Ann', 'Alee')).not.toBe(nameKey('Anna', 'Lee'))
  })

  test('vowels that are written as marks stay', () => {
    expect(nameKey('राम', 'कुमार')).not.toBe(nameKey('रमा', 'कुमार'))
  })

  test('every department’s mail server is the same employer', () => {
    expect(nameKey('Ann', 'Lee', 'a@mail.acme.co.uk')).toBe('ann lee@acme.co.uk')
  })

  test('somebody behind a desk’s address is still at that employer', () => {
    expect(nameKey('Ann', 'Lee', 'info@acme.com')).toBe('ann lee@acme.com')
  })

  test.each([
    ['no first name', '', 'Lee'],
    ['no last name', 'Ann', ' '],
    ['an initial', 'A.', 'Lee'],
    ['a last initial', 'Ann', 'L'],
    ['no letters', '12345', 'Lee'],
    ['punctuation only', '--', '??'],
    ['a placeholder', 'Unknown', 'Lee'],
    ['another placeholder', 'Ann', 'N/A'],
    ['a test', 'Test', 'User'],
    ['a text that is no name', 'x'.repeat(101), 'Lee'],
    ['a text that grows when it is folded', 'ﷺ'.repeat(100), 'Lee'],
    ['a number', 7, 'Lee'],
    ['a list', ['Ann'], 'Lee'],
  ])('%s: no key', (_, first, last) => {
    expect(nameKey(first, last)).toBeUndefined()
  })

  test.each([
    ['free', 'ann@gmail.com'],
    ['disposable', 'ann@mailinator.com'],
    ['education', 'ann@stanford.edu'],
    ['invalid', 'ann@acme'],
    ['none', ''],
  ])('%s mail: no key, and nobody’s employer', (_, email) => {
    expect(nameKey('Ann', 'Lee', email)).toBeUndefined()
    expect(businessDomain({ email })).toBeUndefined()
  })
})

describe('a company has its people’s mail domain', () => {
  test.each([
    ['acme.com', 'acme.com'],
    [' WWW.Acme.COM ', 'acme.com'],
    ['https://www.acme.co.uk/about?x=1#y', 'acme.co.uk'],
    ['http://shop.acme.com:8080', 'acme.com'],
    ['acme.com/de', 'acme.com'],
    ['info@acme.com', 'acme.com'],
    ['acme.com.', 'acme.com'],
    ['bücher.de', 'xn--bcher-kva.de'],
    ['https://google.com/', 'google.com'],
    ['linkedin.com', 'linkedin.com'],
  ])('%s', (domain, key) => {
    expect(companyDomain({ domain })).toBe(key)
    expect(companyDomain({ website: domain })).toBe(key)
  })

  test.each([
    ['gmail.com'],
    ['yahoo.co.uk'],
    ['mailinator.com'],
    ['https://www.facebook.com/acme'],
    ['linkedin.com/company/acme'],
    ['https://sites.google.com/view/acme'],
    ['localhost'],
    ['10.0.0.12'],
    ['http://[::1]/'],
    ['acme'],
    ['n/a'],
    ['co.uk'],
    ['acme.com and acme.de'],
    ['javascript:alert(1)'],
    [''],
  ])('%j is none', (domain) => {
    expect(companyDomain({ domain })).toBeUndefined()
  })

  test('the website counts only where the domain says nothing', () => {
    expect(companyDomain({ domain: 'acme.com', website: 'https://other.com' })).toBe('acme.com')
    expect(companyDomain({ domain: 'gmail.com', website: 'https://acme.com' })).toBe('acme.com')
    expect(companyDomain({})).toBeUndefined()
  })
})

test('whatever the fields hold, keys are short, without control characters, and the same again', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.emailAddress(),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.string()),
  )
  const facts = fc.record(
    { email: value, first_name: value, last_name: value, domain: value, website: value },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(facts, (person) => {
      const keys = identityKeys(person)
      expect(identityKeys(structuredClone(person))).toEqual(keys)
      const texts = [...keys.map(({ key }) => key), companyDomain(person) ?? '']
      for (const text of texts) {
        expect(Buffer.byteLength(text)).toBeLessThan(1_500)
        expect(text).toBe(text.toWellFormed())
        expect(text).not.toMatch(/\p{Cc}/u)
      }
    }),
  )
})
