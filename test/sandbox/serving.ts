import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, onTestFinished } from 'vitest'
import { z } from 'zod'

const Event = z.discriminatedUnion('event', [
  z.object({ event: z.literal('progress'), done: z.number(), total: z.number().nullable() }),
  z.object({ event: z.literal('note'), text: z.string() }),
  z.object({
    event: z.literal('ready'),
    url: z.string(),
    pubSub: z.object({ endpoint: z.string(), certificate: z.string() }).optional(),
    counts: z.record(z.string(), z.number()),
  }),
  z.object({ event: z.literal('error'), message: z.string() }),
])
type Event = z.infer<typeof Event>

/** Starts sandbox/serve.ts as a process of its own; it ends with the test. */
export function startServing(options: readonly string[]) {
  const child: ChildProcess = spawn(process.execPath, ['sandbox/serve.ts', ...options], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const events: Event[] = []
  if (!child.stdout) throw new Error('The child has no output.')
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => events.push(Event.parse(JSON.parse(line))))
  const seen = async <K extends Event['event']>(kind: K) => {
    const find = () =>
      events.find((event): event is Extract<Event, { event: K }> => event.event === kind)
    await expect.poll(find, { timeout: 30_000 }).toBeDefined()
    const event = find()
    if (!event) throw new Error(`There was no event ${kind}.`)
    return event
  }
  return { child, exited, events, seen }
}

/** Ends it as a crash would. */
export async function kill(running: ReturnType<typeof startServing>): Promise<void> {
  running.child.kill('SIGKILL')
  await running.exited
}
