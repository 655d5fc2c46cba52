import { readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'

const Line = z.object({ at: z.number(), ms: z.number() })

/** Where a process notes its delays. */
export function loopDelayFile(pid: number): string {
  return path.join(os.tmpdir(), `plumbline-loop-delay-${pid}.jsonl`)
}

/** The longest that a process's event loop hung since a moment, in ms. */
export async function longestDelay(pid: number, since: number): Promise<number> {
  const text = await readFile(loopDelayFile(pid), 'utf8').catch(() => '')
  // The last line may be under way.
  const whole = text.split('\n').slice(0, -1)
  const lines = whole.map((line) => Line.parse(JSON.parse(line)))
  return Math.max(0, ...lines.filter(({ at }) => at >= since).map(({ ms }) => ms))
}

export async function removeDelays(pids: readonly number[]): Promise<void> {
  for (const pid of pids) await rm(loopDelayFile(pid), { force: true })
}
