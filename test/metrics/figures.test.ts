import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createFigures, type Figures } from '../../src/metrics/figures.ts'
import { movableClock } from '../helpers/deps.ts'

const NOON = new Date('2026-11-22T12:00:00Z')
const log = pino({ level: 'silent' })

function figuresAt(at: Date): Figures {
  const none = { waiting: [], installations: [], rejections: [], readings: [], told: [] }
  return { at, ...none, held: [], budgets: [], unheard: [], journals: [] }
}

/** A database that answers when it is told to. */
function slowDatabase() {
  const asked: { at: Date; answer: (figures: Figures) => void; fail: (error: Error) => void }[] = []
  const read = (at: Date) =>
    new Promise<Figures>((answer, fail) => void asked.push({ at, answer, fail }))
  return { asked, read }
}

test('who asks while the database is being read waits for the same answer', async () => {
  const { asked, read } = slowDatabase()
  const figures = createFigures({ read, clock: movableClock(NOON), log })
  const both = [figures(), figures()]
  expect(asked).toHaveLength(1)
  asked[0]?.answer(figuresAt(NOON))
  expect(await Promise.all(both)).toEqual([figuresAt(NOON), figuresAt(NOON)])
})

test('figures are kept for ten seconds and then read again', async () => {
  const clock = movableClock(NOON)
  const read: Date[] = []
  const figures = createFigures({
    read: async (at) => {
      read.push(at)
      return figuresAt(at)
    },
    clock,
    log,
  })
  await figures()
  clock.moveTo(new Date(NOON.getTime() + 9_999))
  await figures()
  expect(read).toHaveLength(1)
  clock.moveTo(new Date(NOON.getTime() + 10_000))
  await figures()
  expect(read).toHaveLength(2)
})

test('a database that fails gives no figures, is asked again, and is complained of', async () => {
  const lines: string[] = []
  const { asked, read } = slowDatabase()
  const figures = createFigures({
    read,
    clock: movableClock(NOON),
    log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
  })
  const first = figures()
  asked[0]?.fail(new Error('away'))
  expect(await first).toBeNull()
  expect(lines).toHaveLength(1)
  const second = figures()
  asked[1]?.answer(figuresAt(NOON))
  expect(await second).toEqual(figuresAt(NOON))
})

test('a database that is slow keeps nobody; what it says late is for the next who asks', async () => {
  const { asked, read } = slowDatabase()
  const figures = createFigures({ read, clock: movableClock(NOON), log, patienceMs: 1 })
  expect(await figures()).toBeNull()
  asked[0]?.answer(figuresAt(NOON))
  expect(await figures()).toEqual(figuresAt(NOON))
  expect(asked).toHaveLength(1)
})
