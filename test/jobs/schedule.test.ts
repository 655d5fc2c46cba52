import { createHash } from 'node:crypto'
import { Cron } from 'croner'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTimetable } from '../../jobs/schedule.ts'
import type { Installation } from '../../src/store/installations.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const ZONES = [
  'Pacific/Honolulu',
  'America/Los_Angeles',
  'America/New_York',
  'America/Sao_Paulo',
  'UTC',
  'Europe/Berlin',
  'Africa/Johannesburg',
  'Asia/Dubai',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Australia/Adelaide',
  'Pacific/Auckland',
]
const timetable = createTimetable({ nightlyAt: '02:30', deltaEveryMinutes: 5 })

/** `id` ends in six hex digits that decide the minute within the hour of spreading: 000000 is none. */
function installation(timeZone: string, id = '00000000-0000-7000-8000-000000000000'): Installation {
  return {
    id,
    crm: 'hubspot',
    accountId: '1',
    status: 'active',
    statusReason: null,
    notGranted: [],
    timeZone,
  }
}

function nightly(timeZone: string, from: string, id?: string): string {
  return timetable.nightly(installation(timeZone, id), new Date(from)).toISOString()
}

describe('the nightly moment', () => {
  test.each([
    ['UTC', '2026-11-22T12:00:00Z', '2026-11-23T02:30:00.000Z'],
    ['Europe/Berlin', '2026-11-22T12:00:00Z', '2026-11-23T01:30:00.000Z'],
    ['America/New_York', '2026-11-22T12:00:00Z', '2026-11-23T07:30:00.000Z'],
    ['Asia/Kolkata', '2026-11-22T12:00:00Z', '2026-11-22T21:00:00.000Z'],
  ])('in %s from %s is %s', (zone, from, expected) => {
    expect(nightly(zone, from)).toBe(expected)
  })

  test('is at or after the moment asked for', () => {
    expect(nightly('UTC', '2026-11-23T02:30:00.000Z')).toBe('2026-11-23T02:30:00.000Z')
    expect(nightly('UTC', '2026-11-23T02:30:00.001Z')).toBe('2026-11-24T02:30:00.000Z')
  })

  test.each([
    // 02:30 does not exist on 14 March 2027 in New York, and exists twice on 7 November 2027.
    ['America/New_York', '2027-03-13T12:00:00Z', 4],
    ['America/New_York', '2027-11-05T12:00:00Z', 4],
    ['Europe/Berlin', '2027-03-27T12:00:00Z', 4],
    ['Europe/Berlin', '2027-10-30T12:00:00Z', 4],
  ])('comes once per local day over the change of clocks in %s', (zone, from, days) => {
    const local = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' })
    const seen: string[] = []
    let at = new Date(from)
    for (let day = 0; day < days; day += 1) {
      at = timetable.nightly(installation(zone), new Date(at.getTime() + 1))
      seen.push(local.format(at))
    }
    expect(new Set(seen).size).toBe(days)
    const span = Date.parse(seen.at(-1) ?? '') - Date.parse(seen[0] ?? '')
    expect(span).toBe((days - 1) * 86_400_000)
  })

  test.each([
    ['America/New_York', '2027-03-14'],
    ['America/New_York', '2026-11-01'],
    ['Europe/Berlin', '2027-03-28'],
    ['Europe/Berlin', '2026-10-25'],
    // No daylight saving; half an hour beside the others; summer in January; a change of half an hour.
    ['Asia/Tokyo', '2027-03-14'],
    ['Asia/Kolkata', '2027-03-14'],
    ['Australia/Sydney', '2027-04-04'],
    ['America/Santiago', '2027-04-04'],
    ['Australia/Lord_Howe', '2027-04-04'],
  ])('comes once per local day in %s around %s, at every minute of the hour', (zone, changed) => {
    const local = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' })
    const noonBefore = Date.parse(`${changed}T12:00:00Z`) - 3 * DAY_MS
    for (let minute = 0; minute < 60; minute += 1) {
      const { id } = installation(zone, `00000000-0000-7000-8000-${hex(minute)}`)
      for (const lastsMs of [1, 40 * MINUTE_MS, 5 * 3_600_000]) {
        const days: string[] = []
        let endedAt = new Date(noonBefore)
        for (let night = 0; night < 6; night += 1) {
          const at = timetable.nightly(installation(zone, id), endedAt)
          days.push(local.format(at))
          endedAt = new Date(at.getTime() + lastsMs)
        }
        expect(days).toEqual(sixDaysFrom(days[0] ?? ''))
      }
    }
  })

  test.each([
    // 02:30 does not exist: the first minute after the gap. 01:30 exists twice: the first of both.
    ['02:30', '2027-03-14T05:00:00Z', '2027-03-14T07:00:00.000Z'],
    ['01:30', '2026-11-01T04:00:00Z', '2026-11-01T05:30:00.000Z'],
    ['01:30', '2026-11-01T05:30:00.001Z', '2026-11-02T06:30:00.000Z'],
  ])('at %s in New York after %s is %s', (nightlyAt, from, expected) => {
    const { nightly: next } = createTimetable({ nightlyAt, deltaEveryMinutes: 5 })
    expect(next(installation('America/New_York'), new Date(from)).toISOString()).toBe(expected)
  })

  test('two hundred installations in twelve time zones do not start together', () => {
    const from = new Date('2026-11-22T00:00:00Z')
    const starts = Array.from({ length: 200 }, (_, n) => {
      const id = createHash('sha256').update(String(n)).digest('hex').slice(0, 12)
      const zone = ZONES[n % ZONES.length] ?? 'UTC'
      const at = timetable.nightly(installation(zone, `00000000-0000-7000-8000-${id}`), from)
      return { zone, at: at.getTime(), local: minuteOfDay(at, zone) }
    })
    for (const { local } of starts) {
      expect(local).toBeGreaterThanOrEqual(2 * 60 + 30)
      expect(local).toBeLessThan(3 * 60 + 30)
    }
    const together = [...Map.groupBy(starts, ({ at }) => at).values()].map(({ length }) => length)
    expect(Math.max(...together)).toBeLessThanOrEqual(5)
    for (const ofZone of Map.groupBy(starts, ({ zone }) => zone).values()) {
      expect(new Set(ofZone.map(({ local }) => local)).size).toBeGreaterThan(ofZone.length / 2)
    }
  })

  test('is what croner says of every single moment, though it is worked out once for many', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
    ]
    const years = { min: new Date('2026-10-20T00:00:00Z'), max: new Date('2027-11-20T00:00:00Z') }
    const clockChanges = ['2026-10-24', '2026-10-31', '2027-03-13', '2027-03-27', '2027-04-03']
    const moments = fc.oneof(
      fc.date({ ...years, noInvalidDate: true }),
      fc.constantFrom(...clockChanges).map((day) => new Date(`${day}T12:00:00Z`)),
    )
    // Within two hours of a night, where hours and nights meet.
    const near = fc.tuple(moments, fc.integer({ min: -7_200_000, max: 7_200_000 }))
    fc.assert(
      fc.property(fc.constantFrom(...zones), near, (zone, [moment, off]) => {
        const night = timetable.nightly(installation(zone), moment)
        const from = new Date(night.getTime() + off)
        const said = new Cron('30 2 * * *', { timezone: zone }).nextRun(
          new Date(from.getTime() - 1),
        )
        expect(timetable.nightly(installation(zone), from)).toEqual(said)
      }),
      { numRuns: 2_000 },
    )
  })

  test('installations are spread over an hour, each always at its own minute', () => {
    const other = '00000000-0000-7000-8000-00000000000f'
    expect(nightly('UTC', '2026-11-22T12:00:00Z', other)).toBe('2026-11-23T02:45:00.000Z')
    expect(nightly('UTC', '2026-11-23T02:45:00.000Z', other)).toBe('2026-11-23T02:45:00.000Z')
  })
})

const hex = (n: number) => n.toString(16).padStart(12, '0')

function sixDaysFrom(day: string): readonly string[] {
  const days = [0, 1, 2, 3, 4, 5].map((n) => new Date(Date.parse(`${day}T00:00:00Z`) + n * DAY_MS))
  return days.map((each) => each.toISOString().slice(0, 10))
}

function minuteOfDay(at: Date, timeZone: string): number {
  const time = at.toLocaleTimeString('sv', { timeZone, timeStyle: 'short' })
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return 60 * hours + minutes
}
