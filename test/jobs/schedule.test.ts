import { describe, expect, test } from 'vitest'
import { createTimetable } from '../../jobs/schedule.ts'
import type { Installation } from '../../src/store/installations.ts'

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

  test('installations are spread over an hour, each always at its own minute', () => {
    const other = '00000000-0000-7000-8000-00000000000f'
    expect(nightly('UTC', '2026-11-22T12:00:00Z', other)).toBe('2026-11-23T02:45:00.000Z')
    expect(nightly('UTC', '2026-11-23T02:45:00.000Z', other)).toBe('2026-11-23T02:45:00.000Z')
  })
})
