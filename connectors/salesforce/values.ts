import { type FieldType, PARSERS, type Parser } from '../field-facts.ts'
import { parseList, parseMoment, parseText, parseTruth } from '../values.ts'

/** How a field's text becomes a fact: beside what all CRMs have, what only Salesforce does. */
export type SalesforceFieldType = FieldType | 'name' | 'host' | 'only true' | 'buying roles'

export const SALESFORCE_PARSERS: Readonly<Record<SalesforceFieldType, Parser>> = {
  ...PARSERS,
  name: parseName,
  host: parseHost,
  'only true': (raw) => parseTruth(raw) || undefined,
  'buying roles': parseBuyingRoles,
}

/** What imports and integrations write into a required field of which they know nothing. */
const PLACEHOLDER = /^\[not provided\]$/i

/** A required text. */
function parseName(raw: string | undefined): string | undefined {
  const text = parseText(raw)
  return text === undefined || PLACEHOLDER.test(text) ? undefined : text
}

/** `acme.example` of `https://www.acme.example/about`, whose scheme may be missing. */
export function parseHost(raw: string | undefined): string | undefined {
  const text = parseText(raw)
  if (text === undefined) return undefined
  const host = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`)?.hostname ?? ''
  const bare = host.replace(/^www\./, '')
  return bare.includes('.') ? bare : undefined
}

/** Salesforce's usual words for who pays. */
const BUDGET_HOLDERS = ['ECONOMIC_BUYER', 'ECONOMIC_DECISION_MAKER']

/** `Decision Maker;Champion` in the words that scoring knows: `DECISION_MAKER`, `CHAMPION`. */
export function parseBuyingRoles(raw: string | undefined): readonly string[] | undefined {
  const roles = parseList(raw)?.map((role) => role.toUpperCase().replaceAll(/[\s/-]+/g, '_'))
  if (!roles) return undefined
  return [...new Set(roles.map((role) => (BUDGET_HOLDERS.includes(role) ? 'BUDGET_HOLDER' : role)))]
}

const HOUR_MS = 3_600_000
/** The zones in which a day begins first and ends last. */
const EARLIEST_ZONE_MS = 14 * HOUR_MS
const LATEST_ZONE_MS = 12 * HOUR_MS

/**
 * When something happened of which Salesforce keeps the day only: at the hour it was recorded, where that is on this
 * day in some time zone; else at noon UTC.
 */
export function momentOnDay(day: string | undefined, recordedAt: Date): Date {
  const start = dayStart(day)
  if (start === undefined) return recordedAt
  const at = recordedAt.getTime()
  const isOnDay = at >= start - EARLIEST_ZONE_MS && at < start + 24 * HOUR_MS + LATEST_ZONE_MS
  return isOnDay ? recordedAt : new Date(start + 12 * HOUR_MS)
}

/** Noon UTC of a day, on which it is that day nearly everywhere. */
export function noonOf(day: string | undefined): Date | undefined {
  const start = dayStart(day)
  return start === undefined ? undefined : new Date(start + 12 * HOUR_MS)
}

function dayStart(day: string | undefined): number | undefined {
  return parseMoment(day?.slice(0, 'YYYY-MM-DD'.length))?.getTime()
}
