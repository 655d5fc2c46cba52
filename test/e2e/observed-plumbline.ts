import { once } from 'node:events'
import { sql } from 'kysely'
import { freePort } from '../../src/cli/demo/free-port.ts'
import type { Db } from '../../src/store/database.ts'
import { runNode } from '../helpers/cli.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

type Check = () => boolean | Promise<boolean>

/** A Plumbline in a process of its own, everything that it prints, and its database. */
export interface Observed {
  readonly url: string
  /** All of stdout and stderr so far. */
  printed(): string
  /** How many lines of the log have this message. */
  lines(message: string): number
  /** Waits until a line with this message that names `about` comes after `work` has begun. */
  hears(message: string, about: string, work: () => Promise<unknown>): Promise<void>
  until(what: string, check: Check): Promise<void>
  /** The same, where what waits may have to be done several times: a CRM shows changes late. */
  urge(what: string, check: Check): Promise<void>
  /** What waits for another try is due now; full readings are not, which would take the place of searching. */
  hasten(): Promise<void>
  /** Lets an error be thrown where nobody catches it. @returns the code that it ends with */
  breakDown(): Promise<number | null>
  stop(): Promise<void>
}

const PATIENCE_MS = 60_000
const URGE_EVERY_MS = 3_000

/** Loaded before the program: what a forgotten rejection of the database would be. */
const TRAP = `data:text/javascript,${encodeURIComponent(
  "process.on('SIGUSR2',()=>{throw Object.assign(new Error('Canary1q'),{detail:'canary1q@x'})})",
)}`

export async function startObserved(
  databaseUrl: string,
  db: Db,
  environment: Readonly<Record<string, string>>,
): Promise<Observed> {
  const port = await freePort(0)
  const url = `http://127.0.0.1:${port}`
  const { child, ended } = runNode('src/main.ts', [], {
    ...environment,
    DATABASE_URL: databaseUrl,
    PLUMBLINE_SECRET: TEST_SECRET,
    PLUMBLINE_URL: url,
    PORT: String(port),
    LOG_LEVEL: 'trace',
    NODE_OPTIONS: `--import=${TRAP}`,
  })
  const printed: string[] = []
  const text = () => printed.join('')
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: string) => printed.push(chunk))
  }
  const lines = (message: string) => text().split(`"msg":${JSON.stringify(message)}`).length - 1
  const until = async (what: string, check: Check) => {
    const deadline = Date.now() + PATIENCE_MS
    while (!(await check())) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${what} does not come about:\n${text().slice(-3_000)}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const hasten = async () =>
    void (await sql`update due set due_at = now() - interval '1 minute', lease_until = null
      where subject_id <> 'full' and (lease_until is null or lease_until < now())`.execute(db))
  const urge = async (what: string, check: Check) => {
    let hastenedAt = Date.now()
    await until(what, async () => {
      if (Date.now() - hastenedAt > URGE_EVERY_MS) {
        await hasten()
        hastenedAt = Date.now()
      }
      return check()
    })
  }
  await until('the start', () => lines('started') > 0)
  return {
    url,
    printed: text,
    lines,
    until,
    urge,
    async hears(message, about, work) {
      const before = text().length
      await work()
      const isIt = (line: string) => line.includes(`"msg":"${message}"`) && line.includes(about)
      await urge(message, () => text().slice(before).split('\n').some(isIt))
    },
    hasten,
    async breakDown() {
      child.kill('SIGUSR2')
      return (await ended).code
    },
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      await ended
    },
  }
}
