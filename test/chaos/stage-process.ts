import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const MAIN = path.resolve(import.meta.dirname, '../../src/main.ts')
const SKEW = new URL('skew.ts', import.meta.url)
/** How long an orchestrator waits before it starts a process again that has ended. */
const RESTART_MS = 2_000
const START_MS = 180_000
/** How long it waits after a SIGTERM before it kills. */
const GRACE_MS = 30_000

/** A process of Plumbline under an orchestrator: one that ends is started again after two seconds. */
export interface OurProcess {
  readonly name: string
  /** Resolves when it says that it has started. */
  start(clock?: { readonly aheadMs: number }): Promise<void>
  /** SIGKILL; resolves when it is gone. It comes again by itself. */
  kill(): Promise<void>
  /** SIGTERM, and SIGKILL half a minute later; resolves when it is gone, and it stays so until `start`. */
  terminate(): Promise<void>
  /** SIGSTOP and SIGCONT. */
  freeze(): void
  thaw(): void
  /** Resolves once it has started, whatever happened to it before. */
  ready(): Promise<void>
  /** How often it ended without having been asked to. */
  crashes(): number
  /** How often it had not ended half a minute after it had been asked to. */
  overdue(): number
}

/** @param logFile everything that it says, of all its lives */
export function describeProcess(
  name: string,
  environment: Readonly<Record<string, string>>,
  logFile: string,
): OurProcess {
  const log = createWriteStream(logFile, { flags: 'a' })
  let child: ChildProcess | null = null
  let clock = { aheadMs: 0 }
  let isWanted = false
  let isKilled = false
  let crashes = 0
  let overdue = 0
  let started = Promise.withResolvers<void>()

  function launch(): void {
    const skewed = clock.aheadMs === 0 ? [] : ['--import', `${SKEW.href}?ms=${clock.aheadMs}`]
    const born = spawn(process.execPath, ['--max-old-space-size=512', ...skewed, MAIN], {
      env: { ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child = born
    isKilled = false
    createInterface({ input: born.stderr }).on('line', (line) => {
      log.write(`${line}\n`)
      if (line.includes('"msg":"started"')) started.resolve()
    })
    born.once('exit', (code, signal) => void ended(code, signal))
  }

  async function ended(code: number | null, signal: string | null): Promise<void> {
    log.write(`--- ended: ${code ?? signal}\n`)
    child = null
    started = Promise.withResolvers<void>()
    if (!isWanted) return
    if (!isKilled) crashes += 1
    await sleep(RESTART_MS)
    if (isWanted && !child) launch()
  }

  return {
    name,
    async start(given = { aheadMs: 0 }) {
      clock = given
      isWanted = true
      if (!child) launch()
      await this.ready()
    },
    async kill() {
      isKilled = true
      await send(child, 'SIGKILL')
    },
    async terminate() {
      isWanted = false
      const asked = child
      const grace = setTimeout(() => {
        overdue += 1
        log.write('--- has not ended in time\n')
        asked?.kill('SIGKILL')
      }, GRACE_MS)
      await send(asked, 'SIGTERM')
      clearTimeout(grace)
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async ready() {
      const deadline = performance.now() + START_MS
      while (performance.now() < deadline) {
        const isStarted = await Promise.race([started.promise.then(() => true), sleep(100, false)])
        if (isStarted) return
      }
      throw new Error(`${name} has not started within three minutes; its log is ${logFile}`)
    },
    crashes: () => crashes,
    overdue: () => overdue,
  }
}

async function send(child: ChildProcess | null, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (!child) return
  const exited = once(child, 'exit')
  // A stopped process heeds no SIGTERM.
  child.kill('SIGCONT')
  child.kill(signal)
  await exited
}
