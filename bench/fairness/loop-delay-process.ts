/** Loaded into a process by `--import`: notes every second, in a file named by its pid, how long its event loop hung. */
import { appendFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { loopDelayFile } from './loop-delay.ts'

const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
setInterval(() => {
  const ms = Math.round(delay.max / 1e6)
  appendFileSync(loopDelayFile(process.pid), `${JSON.stringify({ at: Date.now(), ms })}\n`)
  delay.reset()
}, 1_000).unref()
