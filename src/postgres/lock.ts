import { randomUUID } from 'node:crypto'
import { link, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { fileErrorCode, readIfThere, withAccess } from './files.ts'
import { processStatus } from './processes.ts'

/**
 * One owner per folder, by numbered tickets `owner-N.json`: the highest number says who owns the folder.
 * Whoever finds its process gone takes N + 1, which only one can create. A single file that is deleted and
 * made anew would let two starts win: each could delete the fresh file of the other for the stale one.
 */
export interface Ownership {
  release(): Promise<void>
}

const Ticket = z.object({
  pid: z.int().positive(),
  startedAt: z.string().nullable(),
  released: z.boolean(),
})
type Ticket = z.infer<typeof Ticket>

const TICKET_NAME = /^owner-([0-9]+)[.]json$/

/**
 * Makes this process the owner of `home`, a folder that exists.
 * Throws a `UserError` with the owner's pid while another living process, or this one, owns it.
 */
export async function takeOwnership(home: string): Promise<Ownership> {
  return await withAccess(home, async () => {
    const mine = await ticketOfThisProcess()
    for (;;) {
      const newest = await newestNumber(home)
      const holder = await readTicket(home, newest)
      if (holder !== null && (await isHeld(holder))) throw inUse(home, holder.pid)
      if (await claim(home, newest + 1, mine)) return ownership(home, newest + 1, mine)
    }
  })
}

async function ticketOfThisProcess(): Promise<Ticket> {
  const status = await processStatus(process.pid)
  return { pid: process.pid, startedAt: status?.startedAt ?? null, released: false }
}

async function newestNumber(home: string): Promise<number> {
  const numbers = (await readdir(home)).map((name) => Number(TICKET_NAME.exec(name)?.[1] ?? 0))
  return Math.max(0, ...numbers)
}

/**
 * Null where nobody can hold it: no ticket yet, one just cleared away by a newer owner, or a file that
 * a crash of the machine left without its content. `claim` then decides between rivals.
 */
async function readTicket(home: string, number: number): Promise<Ticket | null> {
  const text = await readIfThere(ticketPath(home, number))
  return text === null ? null : (Ticket.safeParse(parsed(text)).data ?? null)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The start time tells the owner from a later process that was given the same pid. */
async function isHeld(ticket: Ticket): Promise<boolean> {
  if (ticket.released) return false
  const status = await processStatus(ticket.pid)
  if (status === null || status.state === 'zombie') return false
  return ticket.startedAt === null || status.startedAt === null
    ? true
    : ticket.startedAt === status.startedAt
}

async function claim(home: string, number: number, ticket: Ticket): Promise<boolean> {
  if (!(await createWhole(home, number, ticket))) return false
  // Somebody faster may have taken our number, lost it to a higher one and had it cleared away.
  if ((await newestNumber(home)) > number) {
    await rm(ticketPath(home, number), { force: true })
    return false
  }
  await removeOlder(home, number)
  return true
}

/** Links a finished file into place: nobody can see a ticket that is only half written. */
async function createWhole(home: string, number: number, ticket: Ticket): Promise<boolean> {
  const draft = await writeDraft(home, ticket)
  try {
    await link(draft, ticketPath(home, number))
    return true
  } catch (error) {
    if (fileErrorCode(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

async function removeOlder(home: string, number: number): Promise<void> {
  for (const name of await readdir(home)) {
    const older = Number(TICKET_NAME.exec(name)?.[1] ?? number)
    if (older < number) await rm(join(home, name), { force: true })
  }
}

/** The released ticket stays: its number keeps a slow rival from reusing an old one. */
function ownership(home: string, number: number, ticket: Ticket): Ownership {
  return {
    async release() {
      const draft = await writeDraft(home, { ...ticket, released: true })
      await rename(draft, ticketPath(home, number))
    },
  }
}

async function writeDraft(home: string, ticket: Ticket): Promise<string> {
  const draft = join(home, `owner-${randomUUID()}.draft`)
  await writeFile(draft, `${JSON.stringify(ticket)}\n`)
  return draft
}

function ticketPath(home: string, number: number): string {
  return join(home, `owner-${number}.json`)
}

function inUse(home: string, pid: number): UserError {
  return new UserError(
    `Another Plumbline (pid ${pid}) is using ${home}. Stop it first, or give this one a folder of its own with --data DIR.`,
  )
}
