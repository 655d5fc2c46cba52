import { pino } from 'pino'
import { afterEach } from 'vitest'
import type { Config } from '../../config/env.ts'
import { type Plumbline, startPlumbline } from '../../src/main.ts'

const running: Plumbline[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()))
})

/** Starts everything in this process; it is closed after the test. */
export async function startStack(config: Config): Promise<Plumbline> {
  const plumbline = await startPlumbline(config, pino({ level: config.logLevel }))
  running.push(plumbline)
  return plumbline
}
