import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import { serves } from './connection.ts'
import { readIfThere, withAccess } from './files.ts'
import { serverProcess } from './processes.ts'

// Recovery after a crash took 3 s on a small database; a large one needs longer.
const ANSWER_WAIT_MS = 60_000
const RETRY_MS = 100

export interface PidFile {
  /** 0 where the file names none. */
  pid: number
  /** Null while the server has not yet chosen. */
  port: number | null
}

/** What the server's own `postmaster.pid` says; null when there is none. */
export async function readPidFile(dataDirectory: string): Promise<PidFile | null> {
  const path = pidFilePath(dataDirectory)
  const text = await withAccess(path, () => readIfThere(path))
  if (text === null) return null
  const lines = text.split('\n')
  // A single-user server writes its pid with a minus; a crash of the machine may leave an empty file.
  const pid = Math.abs(Number(lines[0])) || 0
  // Postgres writes its pid first and the port, line 4, with a later write.
  return { pid, port: Number(lines[3] ?? 0) || null }
}

/**
 * The port of the server that already runs on `dataDirectory`, waiting for one that is starting, recovering
 * or shutting down. Null when none runs; a `postmaster.pid` that names a foreign process is then removed,
 * because Postgres itself would refuse to start over it. Only for the owner of the folder.
 */
export async function findRunning(
  dataDirectory: string,
  password: string,
  waitMs = ANSWER_WAIT_MS,
): Promise<number | null> {
  const deadline = performance.now() + waitMs
  for (;;) {
    const pidFile = await readPidFile(dataDirectory)
    if (pidFile === null) return null
    const process = await serverProcess(pidFile.pid, dataDirectory)
    if (process === 'none') return null
    if (process === 'other') {
      await rm(pidFilePath(dataDirectory), { force: true })
      return null
    }
    if (await answers(pidFile, dataDirectory, password)) return pidFile.port
    if (performance.now() > deadline) throw silent(pidFile.pid, dataDirectory, waitMs)
    await setTimeout(RETRY_MS)
  }
}

/** The port of the server that runs on `dataDirectory` and answers now, or null. Changes nothing. */
export async function runningPort(dataDirectory: string, password: string): Promise<number | null> {
  const pidFile = await readPidFile(dataDirectory)
  if (pidFile === null) return null
  const process = await serverProcess(pidFile.pid, dataDirectory)
  if (process === 'none' || process === 'other') return null
  return (await answers(pidFile, dataDirectory, password)) ? pidFile.port : null
}

async function answers(
  { port }: PidFile,
  dataDirectory: string,
  password: string,
): Promise<boolean> {
  return port !== null && (await serves({ port, password }, dataDirectory))
}

function silent(pid: number, dataDirectory: string, waitMs: number): UserError {
  return new UserError(
    `The Postgres with pid ${pid} holds ${dataDirectory} but has not answered for ${waitMs / 1000} s. ` +
      `If ${join(dataDirectory, 'server.log')} shows a recovery, wait and start again. ` +
      `If ${pid} is no server of this folder, delete ${pidFilePath(dataDirectory)}.`,
  )
}

function pidFilePath(dataDirectory: string): string {
  return join(dataDirectory, 'postmaster.pid')
}
