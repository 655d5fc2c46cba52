import { spawn } from 'node:child_process'
import { parse } from 'node:path'

const OUTPUT_KEPT = 4_000
const OUTPUT_SHOWN = 800

/** C messages can be shown as they are, and UTC at initdb makes the cluster independent of the machine. */
const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/** An account of the operating system that runs the server in place of root. */
export interface Account {
  name: string
  uid: number
  gid: number
}

export interface RunOptions {
  /** The account to run as; null is the account of this process. */
  account: Account | null
  timeoutMs: number
  /** Needed only by programs that look around; the default is the root, which every account may enter. */
  cwd?: string
  /** `false` for a program whose children live on: they would inherit the pipe and keep it open. */
  collectOutput?: boolean
}

/** A program that could not be started, failed or ran out of time. `output` is the end of what it printed. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed'
  readonly output: string
  constructor(command: string, reason: string, output: string, options?: ErrorOptions) {
    super(`${command} ${reason}${output === '' ? '' : `:\n${output}`}`, options)
    this.output = output
  }
}

/**
 * Runs a program in its own process group, so that the terminal's Ctrl-C does not reach it.
 * @returns what it printed; rejects with `ProgramFailed` on anything but exit code 0
 */
export function run(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const command = [program, ...args].join(' ')
  const output = options.collectOutput === false ? 'ignore' : 'pipe'
  const child = spawn(program, args, {
    cwd: options.cwd ?? parse(program).root,
    env: ENVIRONMENT,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', output, output],
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
    ...(options.account === null ? {} : { uid: options.account.uid, gid: options.account.gid }),
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-OUTPUT_KEPT)
    })
  }
  child.once('error', (cause) => {
    reject(new ProgramFailed(command, `could not be started (${cause.message})`, '', { cause }))
  })
  child.once('close', (code, signal) => {
    if (code === 0) return resolve(printed)
    const shown = printed.trim().slice(-OUTPUT_SHOWN)
    reject(new ProgramFailed(command, endOf(code, signal, options.timeoutMs), shown))
  })
  return promise
}

function endOf(code: number | null, signal: NodeJS.Signals | null, timeoutMs: number): string {
  if (signal === 'SIGKILL') return `was killed (its limit is ${timeoutMs / 1000} s)`
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`
}
