/** Changes at small customers, one after the other, while a large one is busy or is not. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import { jsonRows } from '../../src/store/database.ts'
import type { Installation } from '../../src/store/installations.ts'
import { changedTitle, signedHeaders } from '../load/signed-webhook.ts'
import { watchCpu } from '../scale/cpu.ts'
import { personId } from '../scale/world.ts'
import { longestDelay } from './loop-delay.ts'
import { bigDue, type Fair } from './stage.ts'

export interface Pace {
  readonly rate: number
  readonly seconds: number
  /** How many of the small customers change something. */
  readonly among: number
}

/** Sorted times in ms, from the sending of the webhook. */
export interface PhaseResult {
  readonly sent: number
  readonly scored: readonly number[]
  /** Whose written values came out the same is not among them. */
  readonly written: readonly number[]
  /** Whose account waited longest for a score. */
  readonly slowest: string
  /** Rows of the large customer that were due when the last webhook left. */
  readonly bigDue: number
  readonly cpu: Readonly<Record<string, number>>
  /** Longest standstill of the event loop, by process. */
  readonly hung: Readonly<Record<string, number>>
}

interface Sample {
  readonly installationId: string
  readonly accountId: string
  readonly id: string
  readonly at: number
}

/** @param person whose turn it is; nobody is changed twice */
export async function runPhase(fair: Fair, pace: Pace, person: number): Promise<PhaseResult> {
  const began = Date.now()
  const cpu = await watchCpu(fair.pids)
  const samples = await changeEvenly(fair, pace, person)
  const due = await bigDue(fair)
  const shares = await cpu()
  await untilSmallOnesRest(fair)
  const hung: Record<string, number> = {}
  for (const name of ['web', 'worker 1', 'worker 2']) {
    hung[name] = await longestDelay(fair.pids[name] ?? 0, began)
  }
  return { ...(await times(fair, samples)), sent: samples.length, bigDue: due, cpu: shares, hung }
}

async function changeEvenly(fair: Fair, pace: Pace, person: number): Promise<readonly Sample[]> {
  const start = performance.now()
  const running: Promise<Sample>[] = []
  for (let index = 0; index < pace.rate * pace.seconds; index++) {
    const wait = start + (index * 1_000) / pace.rate - performance.now()
    if (wait > 0) await sleep(wait)
    const tenants = Math.min(pace.among, fair.small.length)
    const tenant = fair.small[index % tenants]
    if (tenant) running.push(change(fair, tenant, personId(person + Math.floor(index / tenants))))
  }
  return Promise.all(running)
}

/** The record changes in the CRM, which says so. */
async function change(fair: Fair, tenant: Installation, id: string): Promise<Sample> {
  const portalId = Number(tenant.accountId)
  await fair.crm.touch(portalId, 'contacts', [id])
  const at = Date.now()
  const url = `${fair.webUrl}/webhooks/hubspot`
  const body = Buffer.from(JSON.stringify([changedTitle(portalId, Number(id), at)]))
  const headers = signedHeaders({ url, clientSecret: SANDBOX_APP.clientSecret }, body)
  const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })
  if (answer.status !== 200) throw new Error(`a webhook was answered with ${answer.status}`)
  return { installationId: tenant.id, accountId: tenant.accountId, id, at }
}

const PATIENCE_S = 300

/** Until nothing of theirs is due; the large customer may go on. */
async function untilSmallOnesRest({ db, small }: Fair): Promise<void> {
  for (let tries = 0; tries < PATIENCE_S * 2; tries++) {
    const { rows } = await sql`
      select from due where installation_id = any(${small.map(({ id }) => id)}) and due_at <= now()
        and stage in ('fetch', 'enrich', 'score', 'write_back') limit 1`.execute(db)
    if (rows.length === 0) return
    await sleep(500)
  }
  throw new Error(`small customers still waited after ${PATIENCE_S} s`)
}

async function times({ db }: Fair, samples: readonly Sample[]) {
  const { rows } = await sql<{ accountId: string; at: number; asOf: Date; writtenAt: Date | null }>`
    select r."accountId", r.at::float8 as at, s.as_of as "asOf", w.written_at as "writtenAt"
    from jsonb_to_recordset(${jsonRows(samples)}::jsonb)
      as r("installationId" uuid, "accountId" text, id text, at bigint)
    join score s on s.installation_id = r."installationId" and s.person_id = r.id
    left join written w on w.installation_id = r."installationId" and w.subject_kind = 'person'
      and w.subject_id = r.id`.execute(db)
  const scored = rows
    .map(({ accountId, at, asOf }) => ({ accountId, ms: asOf.getTime() - at }))
    .filter(({ ms }) => ms > 0)
    .toSorted((a, b) => a.ms - b.ms)
  const written = rows
    .map(({ at, writtenAt }) => (writtenAt?.getTime() ?? 0) - at)
    .filter((ms) => ms > 0)
    .toSorted((a, b) => a - b)
  return { scored: scored.map(({ ms }) => ms), written, slowest: scored.at(-1)?.accountId ?? '' }
}
