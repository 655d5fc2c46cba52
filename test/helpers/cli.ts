import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A `plumbline` command in a process of its own. */
export interface CliRun {
  readonly child: ChildProcess
  /** Resolves at its end with what it printed. */
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

/** Starts `node <script> <args>` with extra variables on top of this process's environment. */
export function runNode(
  script: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): CliRun {
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  // env(1) adds to the inherited environment, which only config/env.ts may read here. It becomes the program.
  const child = spawn('env', [...settings, process.execPath, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text
  })
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, ...printed }))
  return { child, ended }
}

/** A whole `plumbline` command. */
export function plumbline(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): CliRun {
  return runNode('src/cli/main.ts', args, variables)
}
