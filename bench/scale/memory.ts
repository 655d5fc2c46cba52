import { readdir, readFile } from 'node:fs/promises'

/** Memory of a process by the kernel's figures, in MB. */
export interface ProcessMemory {
  readonly now: number
  /** The most it ever had (VmHWM). */
  readonly peak: number
}

/** Null once the process is gone. */
export async function memoryOf(pid: number): Promise<ProcessMemory | null> {
  const status = await statusOf(pid)
  return status && { now: status('VmRSS'), peak: status('VmHWM') }
}

/**
 * What a Postgres server holds now, in MB: of every process what is its own, and what they share once.
 * @param pid of the postmaster
 */
export async function postgresMemory(pid: number): Promise<number> {
  const processes = [pid, ...(await childrenOf(pid))]
  const found = await Promise.all(processes.map(statusOf))
  const alive = found.filter((status) => status !== null)
  const own = alive.reduce((sum, status) => sum + status('RssAnon'), 0)
  return own + Math.max(0, ...alive.map((status) => status('RssShmem')))
}

async function statusOf(pid: number): Promise<((field: string) => number) | null> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null)
  if (text === null) return null
  return (field) => Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const parents = await Promise.all(names.map(parentOf))
  return names.flatMap((name, at) => (parents[at] === pid ? [Number(name)] : []))
}

/** The parent is the second field after the name, which may hold anything but ends with the last bracket. */
async function parentOf(pid: string): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat === null ? null : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}
