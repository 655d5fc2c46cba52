import { domainToASCII } from 'node:url'
import { getHostname } from 'tldts'
import type { FactMap } from '../leads/facts.ts'
import { readEmail } from './email.ts'
import { isRoleAddress } from './email-roles.ts'
import { wordList } from './word-list.ts'

/** Two records with the same key are, by that kind of evidence, the same person. */
export interface IdentityKey {
  readonly kind: 'email' | 'name_domain'
  readonly key: string
}

/** The one provider whose rules are published and certain: dots and what follows a plus do not matter. */
const GMAIL = new Set(['gmail.com', 'googlemail.com'])

/** What stands in a name field where nobody's name is known; compared without accents, case and punctuation. */
const PLACEHOLDERS = new Set(
  wordList(`
    admin, anonymous, blank, contact, customer, dummy, empty, example, fake, first, firstname, info, last, lastname, lead
    name, nil, noname, none, notavailable, notprovided, null, surname, test, tester, tbd, undefined, unknown, user, xxx
  `),
)

/** "N/A" and "n.a."; but "Na" is a family name. */
const NOT_AVAILABLE = /^n[/.] ?a\.?$/i

/** Far longer than any honest name, and short enough for an index. */
const LONGEST_NAME = 100

/** Sites where companies have pages: such an address with a path says nothing about their mail. */
const SHARED_SITES = new Set(
  wordList(`
    bing.com, bit.ly, crunchbase.com, facebook.com, fb.com, github.com, google.com, goo.gl, instagram.com, linkedin.com
    linktr.ee, medium.com, pinterest.com, t.me, tiktok.com, twitter.com, wikipedia.org, x.com, xing.com, yelp.com
    youtube.com
  `),
)

/**
 * What tells a person from others: their mailbox, and their name at their employer's domain. Whatever could be
 * shared by several people gives no key: desks (info@), invalid addresses, names without a business domain,
 * initials, placeholders. Never throws.
 */
export function identityKeys(facts: FactMap): readonly IdentityKey[] {
  const keys: IdentityKey[] = []
  const email = mailboxKey(textOf(facts, 'email'))
  if (email !== undefined) keys.push({ kind: 'email', key: email })
  const name = nameKey(facts)
  if (name !== undefined) keys.push({ kind: 'name_domain', key: name })
  return keys
}

/** The registrable domain of a person's business address; undefined for any other kind of address. */
export function businessDomain(facts: FactMap): string | undefined {
  const reading = readEmail(textOf(facts, 'email'))
  return reading.kind === 'business' ? reading.domain : undefined
}

/**
 * The registrable domain at which a company's people have their mail: of its domain, else of its website.
 * Undefined for mailbox providers, universities and pages on sites that many companies share.
 */
export function companyDomain(facts: FactMap): string | undefined {
  return domainOfSite(textOf(facts, 'domain')) ?? domainOfSite(textOf(facts, 'website'))
}

/** One spelling per mailbox: trimmed, lower case, the domain in ASCII; at Gmail without dots and plus-tag. */
function mailboxKey(typed: string): string | undefined {
  if (readEmail(typed).kind === 'invalid') return undefined
  const address = typed.trim()
  const at = address.lastIndexOf('@')
  const localPart = foldLocalPart(address.slice(0, at))
  const host = domainToASCII(address.slice(at + 1).toLowerCase())
  if (isRoleAddress(localPart)) return undefined
  if (!GMAIL.has(host)) return `${localPart}@${host}`
  const mailbox = localPart.replace(/\+.*$/s, '').replaceAll('.', '')
  return mailbox === '' ? undefined : `${mailbox}@gmail.com`
}

/** Wide and other compatible letters as plain ones, unless that would bring in signs with a meaning, such as @ or +. */
function foldLocalPart(localPart: string): string {
  const plain = localPart.normalize('NFKC')
  const safe = signsIn(plain) === signsIn(localPart)
  return (safe ? plain : localPart).toLowerCase().normalize('NFC')
}

function signsIn(text: string): string {
  return text.replace(/[\p{L}\p{M}\p{N}]/gu, '')
}

function nameKey(facts: FactMap): string | undefined {
  const first = foldName(textOf(facts, 'first_name'))
  const last = foldName(textOf(facts, 'last_name'))
  const domain = businessDomain(facts)
  if (first === undefined || last === undefined || domain === undefined) return undefined
  return `${first} ${last}@${domain}`
}

/** Without accents, case and punctuation: "Anne-Marie" and "ANNE MARIE" are one. Undefined where it names nobody. */
function foldName(typed: string): string | undefined {
  if (typed.length > LONGEST_NAME || NOT_AVAILABLE.test(typed)) return undefined
  // Only accents go: the marks of Indic, Thai or Arabic script are vowels, without them names fall together.
  const letters = typed
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '')
  // By way of upper case "Strauß" and "STRAUSS" meet.
  const folded = letters.toUpperCase().toLowerCase()
  const meansSomebody =
    folded.length <= LONGEST_NAME && [...folded].length > 1 && /\p{L}/u.test(folded)
  return meansSomebody && !PLACEHOLDERS.has(folded) ? folded : undefined
}

function domainOfSite(typed: string): string | undefined {
  const host = getHostname(typed)
  if (host === null) return undefined
  // Judged as a mail domain: by the same suffixes and lists as people's addresses.
  const reading = readEmail(`mailbox@${host.replace(/\.$/, '')}`)
  if (reading.kind !== 'business') return undefined
  return SHARED_SITES.has(reading.domain) && hasPath(typed) ? undefined : reading.domain
}

function hasPath(typed: string): boolean {
  const [, ...path] = typed.replace(/^[a-z]+:\/\//i, '').split(/[/?#]/)
  return path.some((part) => part !== '')
}

function textOf(facts: FactMap, name: string): string {
  const value = facts[name]
  return typeof value === 'string' ? value.trim() : ''
}
