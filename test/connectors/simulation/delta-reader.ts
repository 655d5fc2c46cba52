import type { Connection } from '../../../connectors/connector.ts'
import type { ChangeWindow, Page, Position } from '../../../connectors/page.ts'
import type { Chance } from './chance.ts'

/** Virtual time, moved by the server with every answer and by the reader between runs. */
export interface VirtualTime {
  now: number
}

/** Which window a run reads that starts at `now`, after one that started at `last`. */
export type Windows = (last: Date, now: Date) => ChangeWindow

const DELTA_EVERY_MS = 5 * 60_000
const CRASHES = 0.05
/** A killed worker's work is taken over after this long at the most. */
const TAKEN_OVER_AFTER_MS = 16_000

/** What reading saw. */
export interface Reading {
  /** Each record's newest version, in ms, by id. */
  readonly mirror: Map<string, number>
  records: number
  runs: number
  crashes: number
}

export interface Reader {
  readonly open: () => Connection
  readonly windows: Windows
  readonly chance: Chance
  readonly time: VirtualTime
  /** The stream of the people that are read. */
  readonly stream: string
  /** Runs after the last change, until everything that changed is visible. */
  readonly runsAfterCalm: number
}

/**
 * Incremental readings as `jobs/sync.ts` makes them, one after the other until `endsAt` and, when nothing changes
 * any more, some times again.
 */
export async function readOn(
  reader: Reader,
  endsAt: number,
  onCalm: () => void,
): Promise<Readonly<Reading>> {
  const { time, windows, runsAfterCalm } = reader
  const reading: Reading = { mirror: new Map(), records: 0, runs: 0, crashes: 0 }
  let last = new Date(time.now)
  let calmRuns = 0
  while (calmRuns < runsAfterCalm) {
    time.now += DELTA_EVERY_MS
    if (time.now >= endsAt) {
      if (calmRuns === 0) onCalm()
      calmRuns += 1
    }
    const startedAt = new Date(time.now)
    await readRun(reader, windows(last, startedAt), reading)
    last = startedAt
    reading.runs += 1
  }
  return reading
}

/** Rows and position of a page are kept together; a crash loses the page in hand and the process with it. */
async function readRun(reader: Reader, window: ChangeWindow, reading: Reading): Promise<void> {
  const { open, chance, time, stream } = reader
  let connection = open()
  let position: Position | null = null
  for (let isOver = false; !isOver; ) {
    const page: Page = await connection.pullChanges(stream, window, position)
    if (chance.next() < CRASHES) {
      reading.crashes += 1
      time.now += TAKEN_OVER_AFTER_MS
      connection = open()
      continue
    }
    keep(page, reading)
    position = page.next
    isOver = position === null
  }
}

function keep(page: Page, reading: Reading): void {
  for (const { id, updatedAt } of page.people) {
    reading.mirror.set(id, Math.max(updatedAt.getTime(), reading.mirror.get(id) ?? 0))
  }
  reading.records += page.records
}
