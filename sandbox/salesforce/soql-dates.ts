import { malformedQuery } from './errors.ts'

/** From the first moment on, up to and without the second. Milliseconds since the epoch, UTC days. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

const DAY_MS = 86_400_000
const startOfDay = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS

/** Weeks begin on Sunday, as in the locale en_US. */
function startOfWeek(ms: number): number {
  return startOfDay(ms) - new Date(ms).getUTCDay() * DAY_MS
}

/** `months` whole months after the beginning of the month of `ms`. */
function monthFrom(ms: number, months: number): number {
  const date = new Date(ms)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)
}

const quarterStart = (ms: number): number => monthFrom(ms, -(new Date(ms).getUTCMonth() % 3))
const yearFrom = (ms: number, years: number): number =>
  Date.UTC(new Date(ms).getUTCFullYear() + years, 0, 1)

type Span = (now: number, n: number) => TimeRange

const days = (first: (n: number) => number, last: (n: number) => number): Span => {
  return (now, n) => {
    const today = startOfDay(now)
    return { from: today + first(n) * DAY_MS, to: today + (last(n) + 1) * DAY_MS }
  }
}

const weeks = (first: number): Span => {
  return (now) => {
    const from = startOfWeek(now) + first * 7 * DAY_MS
    return { from, to: from + 7 * DAY_MS }
  }
}

const months = (first: (n: number) => number, count: (n: number) => number): Span => {
  return (now, n) => ({ from: monthFrom(now, first(n)), to: monthFrom(now, first(n) + count(n)) })
}

const quarters = (first: number): Span => {
  return (now) => {
    const from = monthFrom(quarterStart(now), first * 3)
    return { from, to: monthFrom(from, 3) }
  }
}

const years = (first: number): Span => {
  return (now) => ({ from: yearFrom(now, first), to: yearFrom(now, first + 1) })
}

const one = () => 1
const SPANS: Readonly<Record<string, Span>> = {
  TODAY: days(
    () => 0,
    () => 0,
  ),
  YESTERDAY: days(
    () => -1,
    () => -1,
  ),
  TOMORROW: days(one, one),
  THIS_WEEK: weeks(0),
  LAST_WEEK: weeks(-1),
  NEXT_WEEK: weeks(1),
  THIS_MONTH: months(() => 0, one),
  LAST_MONTH: months(() => -1, one),
  NEXT_MONTH: months(one, one),
  THIS_QUARTER: quarters(0),
  LAST_QUARTER: quarters(-1),
  NEXT_QUARTER: quarters(1),
  THIS_YEAR: years(0),
  LAST_YEAR: years(-1),
  NEXT_YEAR: years(1),
  LAST_90_DAYS: days(
    () => -90,
    () => 0,
  ),
  NEXT_90_DAYS: days(one, () => 90),
  LAST_N_DAYS: days(
    (n) => -n,
    () => 0,
  ),
  NEXT_N_DAYS: days(one, (n) => n),
  N_DAYS_AGO: days(
    (n) => -n,
    (n) => -n,
  ),
  LAST_N_MONTHS: months(
    (n) => -n,
    (n) => n,
  ),
  NEXT_N_MONTHS: months(one, (n) => n),
}

/** The time that a literal such as TODAY or LAST_N_DAYS:30 means at a moment. */
export function dateLiteral(text: string, now: number): TimeRange {
  const [name = '', n = '0'] = text.toUpperCase().split(':')
  const span = SPANS[name]
  if (span) return span(now, Number(n))
  throw malformedQuery(`the date literal ${text} is not supported`)
}
