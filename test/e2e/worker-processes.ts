import { once } from 'node:events'
import { runNode } from '../helpers/cli.ts'

/** Some process of a Plumbline that runs in several. */
export interface RoleProcess {
  /** Lines of its log with this message, as objects. */
  logged(message: string): readonly Readonly<Record<string, unknown>>[]
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Starts one and waits until it says that it has started. */
export async function startRole(
  role: 'web' | 'worker',
  environment: Readonly<Record<string, string>>,
): Promise<RoleProcess> {
  const settings = { ...environment, PLUMBLINE_ROLE: role, LOG_LEVEL: 'debug' }
  const { child, ended } = runNode('src/main.ts', [], settings)
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: string) => printed.push(chunk))
  }
  const text = () => printed.join('')
  const logged = (message: string) =>
    text()
      .split('\n')
      .filter((line) => line.includes(`"msg":${JSON.stringify(message)}`) && line.endsWith('}'))
      .map((line): Record<string, unknown> => JSON.parse(line))
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    await ended
  }
  while (logged('started').length === 0) {
    if (child.exitCode !== null) throw new Error(`the ${role} ended at its start:\n${text()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { logged, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}
