import { DAY, wholeSecond } from './times.ts'

const UNKNOWN = new Set([
  ...[
    '',
    'select',
    'unknown',
    'not known',
    'n/a',
    '#n/a',
    'na',
    'null',
    '(null)',
    'none',
    '-',
    '--',
  ],
  ...['?', 'not provided', 'not specified', '[not provided]', 'undefined'],
])
const SCALES: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  mio: 1e6,
  mn: 1e6,
  b: 1e9,
  bn: 1e9,
}
/** No number or date is longer; cutting off here keeps the patterns below fast on any text. */
const MAX_LENGTH = 60
const EARLIEST = Date.UTC(1990, 0, 1)

/** The text without surrounding space; undefined when it is one of the ways to say "unknown". */
export function knownText(cell: string): string | undefined {
  const text = cell.trim()
  return UNKNOWN.has(text.toLowerCase()) ? undefined : text
}

/**
 * A number as people type it: "1,200", "$10M", "3.5k". A closed band ("200-499", "$1M-$10M") is its
 * middle, an open one ("2000+", "> 5000") its lower bound. Undefined when it is none of these.
 */
export function parseAmount(text: string): number | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const open =
    /^(?:[>≥]=?|over|more than)\s*(.+)$|^(.+?)\s*(?:\+|or more|and more|and above)$/i.exec(text)
  if (open) return parseNumber(open[1] ?? open[2] ?? '')
  const band = /^([^–—-]+?)\s*(?:-|–|—|to)\s*([^–—-]+)$/i.exec(text)
  if (!band) return parseNumber(text)
  const [low, high] = [parseNumber(band[1] ?? ''), parseNumber(band[2] ?? '')]
  if (low === undefined || high === undefined || low > high) return undefined
  return Math.round((low + high) / 2)
}

function parseNumber(text: string): number | undefined {
  const match = /^[$€£₹]?\s*(-?[\d.,' ]*\d)\s*([a-z]*)\.?\s*[$€£₹]?$/i.exec(text.trim())
  if (!match) return undefined
  const unit = (match[2] ?? '').toLowerCase()
  const scale = unit === '' ? 1 : SCALES[unit]
  const value = plainNumber(match[1] ?? '')
  return scale === undefined || value === undefined ? undefined : value * scale
}

/** Thousands come in groups of three; a single other comma or point is the decimal one. */
function plainNumber(text: string): number | undefined {
  const compact = text.replace(/[' ]/g, '')
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(compact)) return Number(compact.replaceAll(',', ''))
  if (/^-?\d{1,3}(\.\d{3}){2,}(,\d+)?$/.test(compact)) {
    return Number(compact.replaceAll('.', '').replace(',', '.'))
  }
  const decimal = compact.replace(',', '.')
  return /^-?\d+(\.\d+)?$/.test(decimal) ? Number(decimal) : undefined
}

export function parseFlag(text: string): boolean | undefined {
  if (/^(yes|y|true|1|ja|x)$/i.test(text)) return true
  return /^(no|n|false|0|nein)$/i.test(text) ? false : undefined
}

export type Outcome = 'won' | 'lost'

/** Converted or not, closed won or closed lost; undefined while neither is said. */
export function parseOutcome(text: string): Outcome | undefined {
  const word = text.toLowerCase().replace(/[^a-z0-9]/g, '')
  if (/^(closed)?won$|^converted$|^customer$/.test(word)) return 'won'
  if (/^(closed)?lost$|^notconverted$|^unqualified$/.test(word)) return 'lost'
  const flag = parseFlag(text)
  return flag === undefined ? undefined : flag ? 'won' : 'lost'
}

/**
 * A moment in epoch ms, a whole second, UTC where no zone is given: ISO dates and times, "12/31/2024 17:05" (month
 * first unless that cannot be), "31.12.2024", epoch seconds or ms. Undefined for anything else, for
 * impossible days and before 1990.
 */
export function parseMoment(text: string): number | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const moment = /^\d{10}(\d{3})?$/.test(text) ? epoch(text) : calendarMoment(text)
  return moment === undefined || Number.isNaN(moment) || moment < EARLIEST
    ? undefined
    : wholeSecond(moment)
}

function epoch(text: string): number {
  return text.length === 10 ? Number(text) * 1_000 : Number(text)
}

const TIME =
  '(?:[T ,]+(\\d{1,2}:\\d{2}(?::\\d{2})?)(?:\\.\\d+)?\\s*([ap]m)?\\s*(Z|[+-]\\d{2}:?\\d{2})?)?'
const ISO_DATE = new RegExp(`^(\\d{4})-(\\d{1,2})-(\\d{1,2})${TIME}$`, 'i')
const SLASH_DATE = new RegExp(`^(\\d{1,2})/(\\d{1,2})/(\\d{4})${TIME}$`, 'i')
const POINT_DATE = new RegExp(`^(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})${TIME}$`, 'i')

function calendarMoment(text: string): number | undefined {
  const iso = ISO_DATE.exec(text)
  if (iso) return moment([iso[1], iso[2], iso[3]], iso)
  const slash = SLASH_DATE.exec(text)
  if (slash) {
    const dayFirst = Number(slash[1]) > 12
    return moment(dayFirst ? [slash[3], slash[2], slash[1]] : [slash[3], slash[1], slash[2]], slash)
  }
  const point = POINT_DATE.exec(text)
  return point ? moment([point[3], point[2], point[1]], point) : undefined
}

function moment(date: readonly (string | undefined)[], match: RegExpExecArray): number | undefined {
  const [year = 0, month = 0, day = 0] = date.map(Number)
  const midnight = Date.UTC(year, month - 1, day)
  const there = new Date(midnight)
  // Date.UTC turns the 31st of April into the 1st of May, and month 0 into last December.
  if (there.getUTCDate() !== day || there.getUTCMonth() !== month - 1) return undefined
  const time = timeOfDay(match[4], match[5])
  return time < DAY ? midnight + time - zoneOffset(match[6]) : undefined
}

function timeOfDay(time = '0:0', half = ''): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  const shift = half === '' ? 0 : (half.toLowerCase() === 'pm' ? 12 : 0) - (hours === 12 ? 12 : 0)
  return ((hours + shift) * 3_600 + minutes * 60 + seconds) * 1_000
}

function zoneOffset(zone = 'Z'): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone)
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -minutes : minutes) * 60_000
}
