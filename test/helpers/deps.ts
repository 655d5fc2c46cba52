import { pino } from 'pino'
import type { Deps } from '../../jobs/deps.ts'
import { createTimetable } from '../../jobs/schedule.ts'
import type { Clock } from '../../src/clock.ts'
import type { Db } from '../../src/store/database.ts'
import { shippedScannerRule, starterAccounts, starterScorer } from './portal.ts'

/** A clock that moves by hand. */
export interface MovableClock extends Clock {
  moveTo(moment: Date): void
}

export function movableClock(start: Date): MovableClock {
  let current = start
  return {
    now: () => current,
    moveTo(moment) {
      current = moment
    },
  }
}

/** What stages work with, without queue and CRM: wake-ups are only noted. */
export function stageDeps(
  db: Db,
  clock: Clock,
  changes: Partial<Deps> = {},
): Deps & { readonly woken: string[] } {
  const woken: string[] = []
  return {
    db,
    clock,
    log: pino({ level: 'silent' }),
    wake: async (stage) => void woken.push(stage),
    timetable: createTimetable({ nightlyAt: '02:00', deltaEveryMinutes: 5 }),
    crm: {
      open() {
        throw new Error('this stage does not talk to the CRM')
      },
      writesAtOnce: () => 1,
    },
    scorer: starterScorer,
    shadow: async () => null,
    accounts: starterAccounts,
    scannerRule: shippedScannerRule(),
    woken,
    ...changes,
  }
}
