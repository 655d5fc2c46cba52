import fc from 'fast-check'
import { parse } from 'tldts'
import { expect, test } from 'vitest'
import { readEmail } from '../../src/enrichment/email.ts'
import { freeMailDomains } from '../../src/enrichment/free-mail.ts'
import { EMAIL_KINDS, type EmailKind } from '../../src/enrichment/vocabulary.ts'

const VALID: readonly (readonly [
  address: string,
  kind: EmailKind,
  role: boolean,
  domain: string,
])[] = [
  ['ann@acme.example', 'business', false, 'acme.example'],
  ['Ann.Lee+crm@Mail.Acme.Co.UK', 'business', false, 'acme.co.uk'],
  ['  ann@acme.com  ', 'business', false, 'acme.com'],
  ["o'neil@acme.ie", 'business', false, 'acme.ie'],
  ['ann@acme.uk.com', 'business', false, 'acme.uk.com'],
  ['ann@uk.com', 'business', false, 'uk.com'],
  ['ann@müller.de', 'business', false, 'xn--mller-kva.de'],
  ['用户@例え.jp', 'business', false, 'xn--r8jz45g.jp'],
  ['ann@yahooinc.com', 'business', false, 'yahooinc.com'],
  ['ann@gmail.acme.com', 'business', false, 'acme.com'],
  ['ann@notgmail.com', 'business', false, 'notgmail.com'],
  ['ann@ac.io', 'business', false, 'ac.io'],
  ['ann@startup.ac', 'business', false, 'startup.ac'],
  ['ann@driving.school', 'business', false, 'driving.school'],
  ['ann@educated.com', 'business', false, 'educated.com'],
  ['info@acme.com', 'business', true, 'acme.com'],
  ['SALES@acme.com', 'business', true, 'acme.com'],
  ['no-reply@acme.com', 'business', true, 'acme.com'],
  ['do_not_reply@acme.com', 'business', true, 'acme.com'],
  ['customer.service@acme.com', 'business', true, 'acme.com'],
  ['info2+list@acme.com', 'business', true, 'acme.com'],
  ['kontakt@acme.de', 'business', true, 'acme.de'],
  ['infantino@acme.com', 'business', false, 'acme.com'],
  ['sally.sales@acme.com', 'business', false, 'acme.com'],
  ['ann@gmail.com', 'free', false, 'gmail.com'],
  ['support@gmail.com', 'free', true, 'gmail.com'],
  ['ann@googlemail.com', 'free', false, 'googlemail.com'],
  ['ann@yahoo.co.jp', 'free', false, 'yahoo.co.jp'],
  ['ann@hotmail.fr', 'free', false, 'hotmail.fr'],
  ['ann@outlook.com.br', 'free', false, 'outlook.com.br'],
  ['ann@hey.com', 'free', false, 'hey.com'],
  ['ann@tutanota.com', 'free', false, 'tutanota.com'],
  ['ann@proton.me', 'free', false, 'proton.me'],
  ['ann@gmx.ch', 'free', false, 'gmx.ch'],
  ['ann@web.de', 'free', false, 'web.de'],
  ['ann@qq.com', 'free', false, 'qq.com'],
  ['ann@163.com', 'free', false, '163.com'],
  ['ann@yandex.com.tr', 'free', false, 'yandex.com.tr'],
  ['ann@mail.ru', 'free', false, 'mail.ru'],
  ['ann@orange.fr', 'free', false, 'orange.fr'],
  ['ann@libero.it', 'free', false, 'libero.it'],
  ['x9@privaterelay.appleid.com', 'free', false, 'appleid.com'],
  ['ann@mailinator.com', 'disposable', false, 'mailinator.com'],
  ['ann@in.mailinator.com', 'disposable', false, 'mailinator.com'],
  ['ann@mit.edu', 'education', false, 'mit.edu'],
  ['ann@cs.unimelb.edu.au', 'education', false, 'unimelb.edu.au'],
  ['ann@students.ox.ac.uk', 'education', false, 'ox.ac.uk'],
  ['ann@u-tokyo.ac.jp', 'education', false, 'u-tokyo.ac.jp'],
  ['ann@tsinghua.edu.cn', 'education', false, 'tsinghua.edu.cn'],
  ['ann@lincoln.k12.ca.us', 'education', false, 'lincoln.k12.ca.us'],
]

test.each(VALID)('%s is a %s address', (address, kind, role, domain) => {
  expect(readEmail(address)).toEqual({ kind, role, domain })
})

const INVALID = [
  'ann',
  'ann@',
  '@acme.com',
  'acme.com',
  'ann@acme',
  'ann@@acme.com',
  'ann lee@acme.com',
  'ann@ac me.com',
  'ann@acme..com',
  'ann@-acme.com',
  '.ann@acme.com',
  'ann.@acme.com',
  'a..nn@acme.com',
  '"ann lee"@acme.com',
  'Ann <ann@acme.com>',
  'ann@acme.com, bob@acme.com',
  'mailto:ann@acme.com',
  'ann@127.0.0.1',
  'ann@[127.0.0.1]',
  'ann@0x7f.1',
  'ann@localhost',
  'ann@printer.local',
  'ann@acme.invalid',
  'ann@co.uk',
  'n/a',
  '-',
  '\u202Emoc.emca@nna',
  'a\u202Enn@acme.com',
  'ann@acme.com\u0000',
  `${'a'.repeat(65)}@acme.com`,
  `ann@${'a'.repeat(64)}.com`,
  `ann@${'a.'.repeat(200)}com`,
  `${'a'.repeat(64)}@${'b.'.repeat(100)}com`,
  `${'@'.repeat(100_000)}`,
  `${'a.'.repeat(500_000)}@acme.com`,
]

test.each(INVALID.map((address) => [address.slice(0, 60), address]))(
  '%s is invalid',
  (_, address) => {
    expect(readEmail(address)).toEqual({ kind: 'invalid' })
  },
)

test('the list of free providers holds at least 150 domains that somebody can register', () => {
  const domains = freeMailDomains()
  expect(domains.length).toBeGreaterThanOrEqual(150)
  for (const domain of domains) expect(parse(domain).domain).toBe(domain)
})

test('whatever is typed, the kind is from the vocabulary and a valid address has a domain', () => {
  const anyAddress = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.emailAddress(),
    fc.tuple(fc.string(), fc.string({ unit: 'grapheme' })).map((sides) => sides.join('@')),
  )
  fc.assert(
    fc.property(anyAddress, (address) => {
      const reading = readEmail(address)
      expect(EMAIL_KINDS).toContain(reading.kind)
      expect('domain' in reading ? reading.domain : 'none.example').toMatch(
        /^[a-z0-9.-]+\.[a-z0-9-]+$/,
      )
    }),
  )
})
