import type { FactMap, FactValue } from '../leads/facts.ts'
import { countryCodeOf } from './country.ts'
import { readEmail } from './email.ts'
import { regionOf } from './region.ts'
import { readTitle } from './title.ts'

/** Goes up when the same facts would derive to something else, or to other keys, so that stored rows are derived again. */
export const ENRICHMENT_VERSION = 2

/** A derived value, and in a few words what it was read from: `title "VP Sales"`, `company country`. */
interface DerivedFact {
  readonly value: FactValue
  readonly source: string
}

/** What could be derived, by fact name. What could not is not in it. */
export type DerivedFacts = Readonly<Record<string, DerivedFact>>

/** Facts that are ours whatever the CRM holds under the same name: rules rely on their vocabulary. */
const ALWAYS_DERIVED: ReadonlySet<string> = new Set([
  'country_code',
  'email_domain',
  'email_kind',
  'email_role',
  'region',
])

/** Longer quotations are cut: a source is read in a tooltip. */
const LONGEST_QUOTE = 80

/**
 * Derives from e-mail address, title and country; without a usable country of their own, people get
 * their company's region. Never throws.
 * @param company facts of the primary company, where there is one
 */
export function derivePerson(facts: FactMap, company: FactMap | undefined): DerivedFacts {
  return {
    ...fromEmail(textOf(facts, 'email')),
    ...fromTitle(textOf(facts, 'title')),
    ...companyRegion(company),
    ...fromCountry(textOf(facts, 'country')),
  }
}

/** Derives country code and region from the country as typed. Never throws. */
export function deriveCompany(facts: FactMap): DerivedFacts {
  return fromCountry(textOf(facts, 'country'))
}

/**
 * The facts that are scored: the CRM's own value where it has one, else the derived one; but e-mail facts,
 * country code and region are always derived. Keys are in code-unit order, so that equal facts hash equally.
 */
export function mergeFacts(crm: FactMap, derived: DerivedFacts): FactMap {
  const own = Object.entries(crm).filter(([name]) => !ALWAYS_DERIVED.has(name))
  const added = Object.entries(derived).map(([name, { value }]): [string, FactValue] => [
    name,
    value,
  ])
  const merged = new Map([...added, ...own])
  return Object.fromEntries([...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function fromEmail(email: string | undefined): DerivedFacts {
  if (email === undefined) return {}
  const reading = readEmail(email)
  if (reading.kind === 'invalid') {
    return { email_kind: { value: reading.kind, source: `e-mail ${quote(email)}` } }
  }
  const source = `e-mail domain ${reading.domain}`
  return {
    email_kind: { value: reading.kind, source },
    email_role: { value: reading.role, source: `e-mail ${quote(email)}` },
    email_domain: { value: reading.domain, source },
  }
}

function fromTitle(title: string | undefined): DerivedFacts {
  if (title === undefined) return {}
  const source = `title ${quote(title)}`
  const { seniority, jobFunction } = readTitle(title)
  return {
    ...(seniority === undefined ? {} : { seniority: { value: seniority, source } }),
    ...(jobFunction === undefined ? {} : { function: { value: jobFunction, source } }),
  }
}

function fromCountry(country: string | undefined): DerivedFacts {
  const code = country === undefined ? undefined : countryCodeOf(country)
  if (country === undefined || code === undefined) return {}
  const source = `country ${quote(country)}`
  const region = regionOf(code)
  return {
    country_code: { value: code, source },
    ...(region === undefined ? {} : { region: { value: region, source } }),
  }
}

function companyRegion(company: FactMap | undefined): DerivedFacts {
  const region = company === undefined ? undefined : deriveCompany(company)['region']
  return region === undefined ? {} : { region: { value: region.value, source: 'company country' } }
}

function textOf(facts: FactMap, name: string): string | undefined {
  const value = facts[name]
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** On one line, without control or direction characters, in double quotes. */
function quote(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return `"${line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line}"`
}
