import { expect, test } from 'vitest'
import { usableTimeZone } from '../src/install.ts'

test.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['us/eastern', 'America/New_York'],
  ['Mars/Olympus', 'UTC'],
  ['', 'UTC'],
])('the time zone "%s" is used as %s', (given, used) => {
  expect(usableTimeZone(given)).toBe(used)
})
