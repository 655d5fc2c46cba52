import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changesWindow, crmTime, LATE_EVERY_MS, lateWindow } from '../../jobs/windows.ts'

const MINUTE = 60_000
const NOW = new Date('2026-11-20T12:00:00Z')
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE)

test('changes are read from five minutes before the last reading began until now', () => {
  expect(changesWindow({ startedAt: ago(7) }, NOW, 5 * 60_000)).toEqual({
    since: ago(12),
    until: NOW,
  })
})

test.each([
  ['at first', null, ago(120)],
  ['after a late pass an hour ago', ago(90), ago(120)],
  ['after a pause of a day', ago(1_530), ago(1_560)],
  ['right after a full reading', ago(1), ago(31)],
  ['when clocks disagree', ago(-20), ago(30)],
])('the late pass %s ends half an hour ago and never begins after its end', (_, last, since) => {
  expect(lateWindow(last, NOW)).toEqual({ since, until: ago(30) })
})

test.each([
  ['as late as the CRM’s', 0, NOW],
  ['behind', -60_000, NOW],
  ['ahead by what an answer takes', 5_000, NOW],
  ['ahead by more', 5_001, new Date(NOW.getTime() - 5_001)],
  ['ahead by minutes', 3 * MINUTE, ago(3)],
])('with our clock %s a reading begins by the clock of the CRM', (_, aheadMs, begins) => {
  expect(crmTime(NOW, aheadMs)).toEqual(begins)
})

test('whatever is indexed within an hour is seen by a pass that begins after that', () => {
  const delays = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 6, maxLength: 6 })
  const changeAt = fc.integer({ min: 0, max: 150 })
  const lag = fc.integer({ min: 0, max: 60 })
  fc.assert(
    fc.property(delays, changeAt, lag, (late, minute, lagMinutes) => {
      const changed = NOW.getTime() + minute * MINUTE
      let until: Date | null = null
      let at = NOW.getTime()
      let seen = false
      for (const delay of late) {
        // A pass is due an hour after the one before has ended, and may have to wait for another reading.
        at += LATE_EVERY_MS + delay * MINUTE
        const window = lateWindow(until, new Date(at))
        const inside = window.since.getTime() <= changed && changed <= window.until.getTime()
        seen ||= inside && changed + lagMinutes * MINUTE <= at
        until = window.until
      }
      expect(seen).toBe(true)
    }),
  )
})
