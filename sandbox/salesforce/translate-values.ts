import type { Fields, Value } from './record.ts'

type Properties = Readonly<Record<string, string>>

const SECOND = 1_000
const DAY = 86_400_000

/** The second in which a moment (ms) lies: an org keeps no milliseconds. */
export function wholeSecond(moment: number): number {
  return Math.floor(moment / SECOND) * SECOND
}

/** A moment (ms) as a date-time value. */
export function dateTime(moment: number): string {
  return new Date(wholeSecond(moment)).toISOString()
}

/** The UTC day of a moment (ms), some days later. */
export function day(moment: number, daysLater = 0): string {
  return new Date(moment + daysLater * DAY).toISOString().slice(0, 'YYYY-MM-DD'.length)
}

/** The moment (ms) that a property says; undefined where it says none. */
export function momentOf(text: string | undefined): number | undefined {
  if (!text) return undefined
  const moment = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isNaN(moment) ? undefined : wholeSecond(moment)
}

export function numberOf(text: string | undefined): number | null {
  const value = text?.trim() ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : null
}

export function wholeNumberOf(text: string | undefined): number | null {
  const value = numberOf(text)
  return value === null ? null : Math.round(value)
}

/** `DECISION_MAKER;CHAMPION` becomes `Decision Maker;Champion`. */
export function titleCase(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/(^|[ ;])\p{L}/gu, (start) => start.toUpperCase())
}

/** The fields that have a value: an org does not tell an empty text from none. */
export function filled(fields: Readonly<Record<string, Value | undefined>>): Fields {
  const entries = Object.entries(fields).filter(
    (entry): entry is [string, Value] =>
      entry[1] !== undefined && entry[1] !== null && entry[1] !== '',
  )
  return Object.fromEntries(entries)
}

/** API names are at most 40 characters; three of them are the suffix. */
const NAME_MAX = 37

/** The API name of the customer's own field for a property; undefined for what makes no name. */
function customFieldName(property: string): string | undefined {
  const words = property.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('_')
  return /^[A-Za-z]/.test(name) && name.length <= NAME_MAX ? `${name}__c` : undefined
}

/** HubSpot's own bookkeeping, of which an org has no counterpart. */
const BOOKKEEPING =
  /^(hs_|num_|notes_|first_conversion_|recent_conversion_)|^(associatedcompanyid|createdate|lastmodifieddate|pipeline)$/

/** The properties of a record that no field of ours stands for, as texts in fields of their own. */
export function ownFields(properties: Properties, known: ReadonlySet<string>): Fields {
  const own: Record<string, string> = {}
  for (const [property, text] of Object.entries(properties)) {
    if (known.has(property) || BOOKKEEPING.test(property)) continue
    const name = customFieldName(property)
    if (name !== undefined && text !== '') own[name] = text
  }
  return own
}
