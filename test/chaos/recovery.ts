import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db } from '../../src/store/database.ts'
import { outstanding, type Work } from './quiet.ts'
import type { InstalledCrm, LiveStage } from './stage.ts'
import type { CrmWorker } from './work-in-crm.ts'

/** What of a run must not be exceeded by more than one of twenty recoveries. */
export const TARGETS_MS = { all: 30_000, killedWorkers: 20_000 }

const PATIENCE_MS = 150_000
const LOOK_EVERY_MS = 150

/** How long it took until a disturbance had left no trace, in ms since it ended. */
export interface Recovery {
  /** Until nothing of what was to be done at its end was still to be done. */
  readonly workedOffMs: number
  /** Until changes made at its end had been read, scored and acknowledged by their CRM. */
  readonly freshMs: number
  /** What it waited for longest, where it took longer than `TARGETS_MS`. */
  readonly waitedFor?: string
}

/** A change whose effect is awaited. */
interface Probe {
  readonly crm: InstalledCrm
  readonly id: string
  readonly title: string
  /** Hash of what the score rested on before the change. */
  readonly inputsBefore: string
}

const SENIOR = 'Chief Executive Officer'
const JUNIOR = 'Marketing Intern'

/** What was to be done when a disturbance ended, and one change in each CRM at that moment. */
export interface Ending {
  /** Waits for the end of all of it. */
  recovered(): Promise<Recovery>
}

export async function watchEnding(
  { db, crms }: Pick<LiveStage, 'db' | 'crms'>,
  workers: ReadonlyMap<string, CrmWorker>,
): Promise<Ending> {
  const began = performance.now()
  const left = await outstanding(db)
  const probes = await Promise.all(
    crms.map((crm) => changeSomebody(db, crm, () => workers.get(crm.crm)?.probe())),
  )
  return {
    async recovered() {
      const [workedOff, fresh] = await Promise.all([
        untilGone(db, left, began),
        untilFresh(db, probes, began),
      ])
      const waitedFor = [workedOff.waitedFor, fresh.waitedFor].filter((text) => text !== undefined)
      return {
        workedOffMs: workedOff.ms,
        freshMs: fresh.ms,
        ...(waitedFor.length > 0 && { waitedFor: waitedFor.join('; ') }),
      }
    },
  }
}

/** A reconnected account is read anew, so that the first ones asked may not be scored at the moment. */
async function changeSomebody(
  db: Db,
  crm: InstalledCrm,
  next: () => string | undefined,
): Promise<Probe> {
  const tried: string[] = []
  for (let id = next(); id !== undefined; id = next()) {
    const probe = await change(db, crm, id)
    if (probe) return probe
    tried.push(id)
  }
  throw new Error(`none of ${crm.crm} ${tried.join(', ')} is scored, for a probe`)
}

async function change(db: Db, crm: InstalledCrm, id: string): Promise<Probe | null> {
  const { rows } = await sql<{ title: string | null; inputs: string }>`
    select p.facts->>'title' as title, s.inputs_hash as inputs
    from person p join score s on s.installation_id = p.installation_id and s.person_id = p.id
    where p.installation_id = ${crm.installationId} and p.id = ${id}`.execute(db)
  const [before] = rows
  if (!before) return null
  const title = before.title === SENIOR ? JUNIOR : SENIOR
  const type = id.startsWith('00Q') ? 'Lead' : 'Contact'
  const mutation =
    crm.crm === 'hubspot'
      ? { type: 'contacts', properties: { jobtitle: title } }
      : { type, fields: { Title: title } }
  await crm.control('POST', '__mutate', { op: 'update', id, ...mutation })
  return { crm, id, title, inputsBefore: before.inputs }
}

/**
 * The CRM has acknowledged what the score with the change says; no clock of ours is asked. Of whoever is ruled out the
 * values may stay what they were.
 */
async function isFresh(db: Db, { crm, id, title, inputsBefore }: Probe): Promise<boolean> {
  const { rows } = await sql`
    select from person p
    join score s on s.installation_id = p.installation_id and s.person_id = p.id
    join written w on w.installation_id = p.installation_id and w.subject_kind = 'person'
      and w.subject_id = p.id
    where p.installation_id = ${crm.installationId} and p.id = ${id} and p.facts->>'title' = ${title}
      and w.written_values @> s.written_values
      and s.inputs_hash <> ${inputsBefore}`.execute(db)
  return rows.length > 0
}

interface Waited {
  readonly ms: number
  readonly waitedFor?: string
}

/** What was done once counts as done: that it is to be done again is somebody's newer change. */
async function untilGone(db: Db, all: ReadonlySet<Work>, began: number): Promise<Waited> {
  let left = all
  return waitFor(began, async () => {
    left = left.intersection(await outstanding(db))
    return [...left]
  })
}

async function untilFresh(db: Db, probes: readonly Probe[], began: number): Promise<Waited> {
  return waitFor(began, async () => {
    const states = await Promise.all(probes.map((probe) => isFresh(db, probe)))
    const stale = probes.filter((_, n) => !states[n])
    return stale.map(({ crm, id }) => `the change of ${crm.crm} ${id}`)
  })
}

async function waitFor(began: number, missing: () => Promise<readonly string[]>): Promise<Waited> {
  let waitedFor: string | undefined
  for (;;) {
    const still = await missing()
    const ms = performance.now() - began
    if (still.length === 0) return { ms, ...(waitedFor !== undefined && { waitedFor }) }
    if (ms > TARGETS_MS.all) waitedFor = `${still[0]} and ${still.length - 1} more`
    if (ms > PATIENCE_MS) return { ms, waitedFor: `${waitedFor} (given up)` }
    await sleep(LOOK_EVERY_MS)
  }
}
