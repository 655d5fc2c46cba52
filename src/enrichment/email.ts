import { domainToASCII } from 'node:url'
import { disposableEmailBlocklistSet } from 'disposable-email-domains-js'
import { parse } from 'tldts'
import { isRoleAddress } from './email-roles.ts'
import { isFreeMail } from './free-mail.ts'
import type { EmailKind } from './vocabulary.ts'

/** RFC 5321, 4.5.3.1: octets of a local part, and of a path less its angle brackets. */
const LONGEST_LOCAL_PART = 64
const LONGEST_ADDRESS = 254

const LOCAL_PART =
  /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/
/** RFC 6761 and 6762: names that no mail from outside can reach. `example` stays, demonstrations use it. */
const UNREACHABLE = new Set([
  'internal',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'test',
])
/** .edu, .edu.au, .ac.uk, .k12.ca.us, .school.nz; but .ac and .school by themselves are open to anybody. */
const EDUCATION_SUFFIX = /^edu$|(?:^|\.)(?:ac|edu|k12|sch|school)\./

/** What an address says about its owner. Only a valid one has a domain and can be a role address. */
export type EmailReading =
  | { readonly kind: 'invalid' }
  | {
      readonly kind: Exclude<EmailKind, 'invalid'>
      /** info@, sales@ and the like. */
      readonly role: boolean
      /** The registrable domain in ASCII: `acme.co.uk` for `mail.acme.co.uk`. */
      readonly domain: string
    }

interface MailHost {
  readonly host: string
  readonly domain: string
  readonly brand: string
  readonly suffix: string
}

/** Reads an address as typed. Never throws; whatever cannot be delivered to is `invalid`. */
export function readEmail(typed: string): EmailReading {
  const address = typed.trim()
  if (Buffer.byteLength(address) > LONGEST_ADDRESS) return { kind: 'invalid' }
  const at = address.lastIndexOf('@')
  const localPart = address.slice(0, Math.max(at, 0))
  const host = mailHost(address.slice(at + 1))
  if (!isLocalPart(localPart) || host === undefined) return { kind: 'invalid' }
  return { kind: kindOf(host), role: isRoleAddress(localPart), domain: host.domain }
}

function isLocalPart(text: string): boolean {
  return Buffer.byteLength(text) <= LONGEST_LOCAL_PART && LOCAL_PART.test(text)
}

function mailHost(typed: string): MailHost | undefined {
  const host = domainToASCII(typed.toLowerCase())
  if (!HOST.test(host)) return undefined
  // Private suffixes first: acme.uk.com and widgets.uk.com are different companies.
  // Without them second: somebody@uk.com works for the company that runs that suffix.
  const withPrivate = parse(host, { allowPrivateDomains: true })
  const found = withPrivate.domain === null ? parse(host) : withPrivate
  const { domain, domainWithoutSuffix: brand, publicSuffix: suffix } = found
  if (domain === null || brand === null || suffix === null) return undefined
  return UNREACHABLE.has(suffix) ? undefined : { host, domain, brand, suffix }
}

function kindOf({ host, domain, brand, suffix }: MailHost): Exclude<EmailKind, 'invalid'> {
  if (isFreeMail(domain, brand)) return 'free'
  const blocked = disposableDomains()
  if (blocked.has(domain) || blocked.has(host)) return 'disposable'
  return EDUCATION_SUFFIX.test(suffix) ? 'education' : 'business'
}

let disposable: ReadonlySet<string> | undefined

/** Built once: the package builds a new set of some 9,000 entries on every question. */
function disposableDomains(): ReadonlySet<string> {
  disposable ??= disposableEmailBlocklistSet()
  return disposable
}
