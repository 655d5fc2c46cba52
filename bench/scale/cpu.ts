import { readdir, readFile } from 'node:fs/promises'

/** Of `getconf CLK_TCK`; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** CPU seconds that a process and those it started have used so far; 0 where the system does not tell (not Linux). */
export async function cpuSeconds(pid: number): Promise<number> {
  const all = await processes()
  let ticks = 0
  const family = new Set([pid])
  // Parents come before their children often, not always: once around per generation.
  for (let before = 0; before !== family.size; ) {
    before = family.size
    for (const each of all) if (family.has(each.parent)) family.add(each.pid)
  }
  for (const each of all) if (family.has(each.pid)) ticks += each.ticks
  return ticks / TICKS_PER_SECOND
}

interface Process {
  readonly pid: number
  readonly parent: number
  /** Its own, and those of children that have ended. */
  readonly ticks: number
}

async function processes(): Promise<readonly Process[]> {
  const names = await readdir('/proc').catch(() => [])
  const found = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess))
  return found.filter((each) => each !== null)
}

async function readProcess(name: string): Promise<Process | null> {
  const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null)
  if (text === null) return null
  // The second field is a name in brackets, which may hold spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const number = (index: number) => Number(fields[index])
  return {
    pid: Number(name),
    parent: number(1),
    ticks: [11, 12, 13, 14].reduce((sum, each) => sum + number(each), 0),
  }
}

/**
 * CPU use of named processes over a stretch, as shares of one core, and of everything else on the machine (`others`):
 * figures taken beside busy neighbours compare with nothing.
 */
export async function watchCpu(
  pids: Readonly<Record<string, number>>,
): Promise<() => Promise<Readonly<Record<string, number>>>> {
  const before = await used(pids)
  const began = performance.now()
  return async () => {
    const after = await used(pids)
    const seconds = (performance.now() - began) / 1_000
    const share = (name: string) => ((after[name] ?? 0) - (before[name] ?? 0)) / seconds
    const ours = Object.fromEntries(Object.keys(pids).map((name) => [name, share(name)]))
    const sum = Object.values(ours).reduce((total, each) => total + each, 0)
    return { ...ours, others: Math.max(0, share(WHOLE) - sum) }
  }
}

const WHOLE = 'the whole machine'

async function used(pids: Readonly<Record<string, number>>): Promise<Record<string, number>> {
  const each = Object.entries(pids).map(
    async ([name, pid]) => [name, await cpuSeconds(pid)] as const,
  )
  return { ...Object.fromEntries(await Promise.all(each)), [WHOLE]: await machineSeconds() }
}

/** CPU seconds that anybody has used since the machine started. */
async function machineSeconds(): Promise<number> {
  const text = await readFile('/proc/stat', 'utf8').catch(() => '')
  const fields = text.slice(0, text.indexOf('\n')).split(/\s+/).slice(1).map(Number)
  const [user = 0, nice = 0, system = 0] = fields
  return (user + nice + system) / TICKS_PER_SECOND
}
