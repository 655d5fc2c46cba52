import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../../src/store/database.ts'
import type { DueStage } from '../../src/store/due.ts'
import { waiting } from '../../src/store/due-backlog.ts'
import { memoryOf, postgresMemory } from '../scale/memory.ts'
import type { ScalePlumbline } from '../scale/process.ts'

/** The most that was seen, in MB. */
interface Peaks {
  readonly plumbline: number
  readonly postgres: number
}

/** The memory of both processes, looked at every half second until stopped. */
export interface Watch {
  /** Another Plumbline takes the place of one that was killed. */
  follow(plumbline: ScalePlumbline): void
  readonly peaks: Peaks
  now(): number
  stop(): Promise<void>
}

const LOOK_EVERY_MS = 500

export function watchMemory(plumbline: ScalePlumbline, postgresPid: number): Watch {
  const peaks = { plumbline: 0, postgres: 0 }
  const stop = new AbortController()
  let [pid, current] = [plumbline.pid, 0]
  const done = (async () => {
    while (!stop.signal.aborted) {
      const memory = await memoryOf(pid)
      current = memory?.now ?? current
      peaks.plumbline = Math.max(peaks.plumbline, memory?.peak ?? 0)
      peaks.postgres = Math.max(peaks.postgres, await postgresMemory(postgresPid))
      await sleep(LOOK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  })()
  return {
    peaks,
    follow: (next) => {
      pid = next.pid
    },
    now: () => current,
    async stop() {
      stop.abort()
      await done
    },
  }
}

/** How far a job is. */
export interface Done {
  readonly done: number
  readonly total: number
  /** The same in words: `reading 120,000, to enrich 0`. */
  readonly words: string
  readonly isComplete: boolean
}

const SHOW_EVERY_MS = 5_000

/**
 * Looks how far a job is, and says so, until it is complete.
 * @param onHalf called once, when half of it is done
 */
export async function untilDone(
  name: string,
  look: () => Promise<Done>,
  watch: Watch,
  onHalf: (at: Done) => Promise<void>,
): Promise<number> {
  const began = performance.now()
  let halfDone = false
  for (;;) {
    const at = await look()
    const seconds = (performance.now() - began) / 1_000
    show(name, at, seconds, watch)
    if (at.isComplete) return seconds
    if (!halfDone && at.done * 2 >= at.total && at.total > 0) {
      halfDone = true
      await onHalf(at)
    }
    await sleep(Math.min(SHOW_EVERY_MS, 500 + seconds * 100))
  }
}

function show(name: string, { done, total, words }: Done, seconds: number, watch: Watch): void {
  const share = total > 0 ? Math.floor((100 * done) / total) : 0
  const pace = seconds > 0 ? Math.round(done / seconds) : 0
  console.log(
    `${name.padEnd(8)} ${seconds.toFixed(0).padStart(6)} s ${String(share).padStart(3)} %  ` +
      `${done.toLocaleString('en')} of ${total.toLocaleString('en')}, ${pace}/s; ${words}; ` +
      `${Math.round(watch.now())} MB`,
  )
}

/** Whether nothing is due any more, not even held by somebody. */
export async function isIdle(db: Db, stages: readonly DueStage[]): Promise<boolean> {
  // Beyond every lease: rows that are being worked on count as work.
  const beyond = new Date(Date.now() + 60_000)
  const rows = await waiting(db, beyond)
  return rows.every(({ stage }) => !stages.includes(stage))
}
