import { open } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { messageOf, UserError } from '../errors.ts'
import { readPidFile } from './adopt.ts'
import type { Binaries } from './binaries.ts'
import { fileErrorCode, statIfThere } from './files.ts'
import type { Place } from './place.ts'
import { serverProcess } from './processes.ts'
import { ProgramFailed, run } from './spawn.ts'

/** Server settings by their Postgres names. */
export type Settings = Readonly<Record<string, string | number>>

/** Reachable from this machine only; sized for all pools of one process; BullMQ wants deadlocks found early. */
const DEFAULT_SETTINGS: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 120,
  deadlock_timeout: '200ms',
  shared_buffers: '128MB',
  // Statements and error details carry fields of leads: they stay out of server.log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

const START_SECONDS = 60
const STOP_SECONDS = 30
/** pg_ctl gives up by itself; this is for a pg_ctl that hangs. */
const GRACE_MS = 15_000
const PORTS_TRIED = 200
const HIGHEST_PORT = 65_535
const LOG_SHOWN = 1_500
/** Sessions of a killed server that still work, and a port that was taken after we had looked. */
const PASSING = /pre-existing shared memory block|could not bind/
// After a kill -9 of the server its sessions end when they notice, which may take a few seconds.
const OLD_SESSIONS_WAIT_MS = 30_000
const RETRY_MS = 250

/**
 * Starts the server on the first free port from `firstPort` on and waits until it accepts connections.
 * @returns the port
 */
export async function launch(
  place: Place,
  binaries: Binaries,
  firstPort: number,
  settings: Settings,
): Promise<number> {
  const deadline = performance.now() + OLD_SESSIONS_WAIT_MS
  for (;;) {
    const port = await nextFreePort(firstPort)
    const logStart = await sizeOf(logPath(place))
    try {
      await startOn(place, binaries, port, { ...DEFAULT_SETTINGS, ...settings })
      return port
    } catch (error) {
      if (!(error instanceof ProgramFailed)) throw error
      const log = await textFrom(logPath(place), logStart)
      if (!PASSING.test(log) || performance.now() > deadline) throw startFailed(place, error, log)
      await setTimeout(RETRY_MS)
    }
  }
}

/** Stops the server and ends its sessions; does nothing when no server runs on the folder. */
export async function halt(place: Place, binaries: Binaries): Promise<void> {
  const pidFile = await readPidFile(place.dataDirectory)
  if (pidFile === null) return
  // pg_ctl would signal whatever process has that pid by now.
  const process = await serverProcess(pidFile.pid, place.dataDirectory)
  if (process === 'none' || process === 'other') return
  const how = ['-m', 'fast', '-w', '-t', String(STOP_SECONDS)]
  await run(binaries.pgCtl, ['stop', '-D', place.dataDirectory, ...how], {
    account: place.account,
    timeoutMs: STOP_SECONDS * 1_000 + GRACE_MS,
  })
}

async function startOn(
  place: Place,
  binaries: Binaries,
  port: number,
  settings: Settings,
): Promise<void> {
  const waiting = ['-w', '-t', String(START_SECONDS)]
  const server = ['-o', serverArguments({ ...settings, port })]
  await run(
    binaries.pgCtl,
    ['start', '-D', place.dataDirectory, '-l', logPath(place), ...waiting, ...server],
    {
      account: place.account,
      timeoutMs: START_SECONDS * 1_000 + GRACE_MS,
      collectOutput: false,
    },
  )
}

/** pg_ctl gives this text to a shell: only what no shell interprets may pass. */
function serverArguments(settings: Settings): string {
  const parts = Object.entries(settings).map(([name, value]) => {
    if (/^[a-z_.]+$/.test(name) && /^[\w.,:/%+-]*$/.test(String(value)))
      return `-c ${name}=${value}`
    throw new UserError(
      `The Postgres setting ${name}=${JSON.stringify(value)} cannot be passed to the server: ` +
        'use letters, digits and . , : / % + - only.',
    )
  })
  return parts.join(' ')
}

function startFailed(place: Place, cause: ProgramFailed, log: string): UserError {
  const shown = log.trim().slice(-LOG_SHOWN)
  return new UserError(
    `Postgres did not start on ${place.dataDirectory}. ${messageOf(cause)}\n` +
      `The end of ${logPath(place)}:\n${shown === '' ? '(nothing was written)' : shown}\n` +
      'If it says that it is recovering, wait and start again: the running server is then taken over. ' +
      'Otherwise repair what it names, choose another folder with --data DIR, or set DATABASE_URL.',
    { cause },
  )
}

async function nextFreePort(first: number): Promise<number> {
  const last = Math.min(first + PORTS_TRIED, HIGHEST_PORT)
  for (let port = first; port <= last; port += 1) {
    if (await isFree(port)) return port
  }
  throw new UserError(
    `No port between ${first} and ${last} is free on 127.0.0.1 for the embedded Postgres. ` +
      'Free one of them, or set DATABASE_URL.',
  )
}

async function isFree(port: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', (error) => {
    const taken = ['EADDRINUSE', 'EACCES'].includes(fileErrorCode(error) ?? '')
    if (taken) resolve(false)
    else reject(error)
  })
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  return await promise
}

function logPath(place: Place): string {
  return join(place.dataDirectory, 'server.log')
}

async function sizeOf(path: string): Promise<number> {
  return (await statIfThere(path))?.size ?? 0
}

async function textFrom(path: string, start: number): Promise<string> {
  const length = (await sizeOf(path)) - start
  if (length <= 0) return ''
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
