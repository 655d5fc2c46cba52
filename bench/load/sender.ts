import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type Step, StepResult } from './step.ts'

/** The sender of webhooks, a process of its own. */
export interface Sender {
  readonly pid: number
  run(step: Step): Promise<StepResult>
  stop(): Promise<void>
}

export function startSender(): Sender {
  const file = path.join(import.meta.dirname, 'sender-process.ts')
  const sender = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: sender.stdout })
  const gone = once(sender, 'exit').then(died)
  // Told by run(); at the end nobody listens any more.
  gone.catch(() => undefined)
  return {
    pid: sender.pid ?? 0,
    async run(step) {
      const line = once(lines, 'line')
      sender.stdin.write(`${JSON.stringify(step)}\n`)
      const [text] = await Promise.race([line, gone])
      return StepResult.parse(JSON.parse(String(text)))
    },
    async stop() {
      const ended = once(sender, 'exit')
      sender.stdin.end()
      await ended
    },
  }
}

function died(): never {
  throw new Error('the sender of webhooks ended before it had answered')
}
