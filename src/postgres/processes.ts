import { readFile, readlink, realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileErrorCode } from './files.ts'
import { ProgramFailed, run } from './spawn.ts'

const PS_TIMEOUT_MS = 10_000

export interface ProcessStatus {
  state: 'running' | 'zombie'
  /** Clock ticks between the boot and the start of the process; null where the system does not tell. */
  startedAt: string | null
}

/** What is known about a process; null when there is none with this id. */
export async function processStatus(pid: number): Promise<ProcessStatus | null> {
  if (!exists(pid)) return null
  const stat = await readOrNull(`/proc/${pid}/stat`)
  if (stat === null) return exists(pid) ? { state: 'running', startedAt: null } : null
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] === 'Z' ? 'zombie' : 'running', startedAt: fields[19] ?? null }
}

/**
 * Whether a process can be the Postgres server of `dataDirectory`: `none` when there is no such process,
 * `other` when it certainly is something else, `likely` when all that the system shows fits.
 */
export async function serverProcess(
  pid: number,
  dataDirectory: string,
): Promise<'none' | 'other' | 'likely'> {
  // To the system 0 means this process and its group.
  if (pid === 0) return 'other'
  const status = await processStatus(pid)
  if (status === null) return 'none'
  if (status.state === 'zombie') return 'other'
  const program = await programOf(pid)
  if (program !== null && !/^(postgres|postmaster)/.test(basename(program))) return 'other'
  // A server works in its data directory, also after that was renamed. Other accounts may not look.
  const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => null)
  if (workingDirectory === null) return 'likely'
  return workingDirectory === (await realpath(dataDirectory)) ? 'likely' : 'other'
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return fileErrorCode(error) === 'EPERM'
  }
}

async function programOf(pid: number): Promise<string | null> {
  const commandLine = await readOrNull(`/proc/${pid}/cmdline`)
  return commandLine === null ? await programFromPs(pid) : (commandLine.split('\0')[0] ?? '')
}

/** For systems without /proc; null, and so never `other`, where ps does not help either. */
async function programFromPs(pid: number): Promise<string | null> {
  const asking = run('/bin/ps', ['-o', 'comm=', '-p', String(pid)], {
    account: null,
    timeoutMs: PS_TIMEOUT_MS,
  })
  try {
    return (await asking).trim()
  } catch (error) {
    if (error instanceof ProgramFailed) return null
    throw error
  }
}

async function readOrNull(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch(() => null)
}
