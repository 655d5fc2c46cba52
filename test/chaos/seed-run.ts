import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import { requestSync } from '../../jobs/schedule.ts'
import type { Fault } from './fault.ts'
import { crmOf } from './fault.ts'
import { replayAll } from './faults/crm-refusals.ts'
import { ACCESS_REVOKED } from './faults/operator.ts'
import { judge } from './oracle.ts'
import { readJournals, untilHeard, untilRead, untilWorkedOff } from './quiet.ts'
import { type LiveStage, type StageOptions, startStage } from './stage.ts'
import { type Measure, plan, type Struck, strike } from './timeline.ts'
import type { Verdict, WorkDone } from './types.ts'
import { NotQuiet } from './until.ts'
import { type CrmWorker, workInCrm } from './work-in-crm.ts'

export interface SeedOptions extends StageOptions {
  readonly faults: readonly Fault[]
  readonly measure: Measure
}

/** What one seed came to. */
export interface SeedResult {
  readonly seed: number
  readonly queue: StageOptions['queue']
  readonly struck: readonly Struck[]
  /** What people did in each CRM meanwhile. */
  readonly work: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Refused records that an operator let try again. */
  readonly replayed: number
  /** How often processes ended without having been asked to, or did not when they were. */
  readonly misbehaved: Readonly<Record<'crashes' | 'overdue', number>>
  readonly verdict: Verdict
  readonly seconds: Readonly<Record<'setUp' | 'faults' | 'settling' | 'judging', number>>
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** One whole run: set up, every fault, calm, and the judgement. */
export async function runSeed(
  options: SeedOptions,
  tell: (line: string) => void,
): Promise<SeedResult> {
  const watch = stopwatch()
  const stage = await startStage(options)
  const interrupted = () => void stage.close().finally(() => process.exit(1))
  for (const signal of SIGNALS) process.once(signal, interrupted)
  try {
    tell(`everybody is scored and written; logs are in ${stage.logs}`)
    const since = await resetLedgers(stage)
    const setUp = watch()
    const workers = new Map<string, CrmWorker>()
    for (const crm of stage.crms) workers.set(crm.crm, await workInCrm(stage, crm, options.seed))
    const struck = await strikeAll(stage, workers, options, tell)
    const faults = watch()
    const replayed = await settle(stage, options.measure).catch(unlessRestless(tell))
    const settling = watch()
    const verdict = await judge({ ...stage, since, work: workOf(workers, struck) })
    const misbehaved = misbehaviourOf(stage)
    const hasBehaved = misbehaved.crashes + misbehaved.overdue === 0
    if (isFlawless(verdict) && hasBehaved) await rm(stage.logs, { recursive: true })
    return {
      seed: options.seed,
      queue: options.queue,
      struck,
      work: Object.fromEntries([...workers].map(([crm, { done }]) => [crm, done])),
      replayed,
      misbehaved,
      verdict,
      seconds: { setUp, faults, settling, judging: watch() },
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupted)
    await stage.close()
  }
}

function workOf(
  workers: ReadonlyMap<string, CrmWorker>,
  struck: readonly Struck[],
): Readonly<Record<string, WorkDone>> {
  const revoked = struck.filter(({ names }) => names.includes(ACCESS_REVOKED)).length
  return Object.fromEntries(
    [...workers].map(([crm, { winners, erased }]) => [
      crm,
      { winners, erased, reconnects: crm === 'salesforce' ? revoked : 0 },
    ]),
  )
}

function isFlawless({ lost, duplicates, broken }: Verdict): boolean {
  return lost.length + duplicates.length + broken.length === 0
}

/** Seconds since the last look. */
function stopwatch(): () => number {
  let last = performance.now()
  return () => {
    const now = performance.now()
    const seconds = (now - last) / 1_000
    last = now
    return seconds
  }
}

async function resetLedgers({ crms }: LiveStage): Promise<Date> {
  for (const { control } of crms) await control('DELETE', '__ledger')
  return new Date()
}

async function strikeAll(
  stage: LiveStage,
  workers: ReadonlyMap<string, CrmWorker>,
  { faults, seed, measure }: SeedOptions,
  tell: (line: string) => void,
): Promise<readonly Struck[]> {
  const groups = plan(faults, seed, measure)
  const all: Struck[] = []
  for (const [n, group] of groups.entries()) {
    const result = await strike(stage, group, workers, measure, seed * 1_000 + n)
    all.push(result)
    tell(`${n + 1}/${groups.length} ${result.names.join(' + ')}: ${recoveryWords(result)}`)
  }
  return all
}

function recoveryWords({ recovery }: Struck): string {
  if (!recovery) return 'done'
  const seconds = (ms: number) => (ms / 1_000).toFixed(1)
  const waited = recovery.waitedFor ? `, waiting for ${recovery.waitedFor}` : ''
  return `worked off after ${seconds(recovery.workedOffMs)} s, news written after ${seconds(recovery.freshMs)} s${waited}`
}

/** Calm weather, a full reading as each night has one, and what an operator would do. */
async function settle(stage: LiveStage, { patienceMs }: Measure): Promise<number> {
  const { db, crms } = stage
  await untilWebhooksAreQuiet(stage)
  await readJournals(db, patienceMs)
  await untilWorkedOff(db, patienceMs)
  const since = new Date()
  for (const { installationId } of crms) await requestSync(db, installationId, 'full', since)
  for (const { installationId } of crms) await untilRead(db, installationId, since, patienceMs)
  await untilWorkedOff(db, patienceMs)
  const replayed = await replayAll(stage)
  await endRests(stage)
  await untilHeard(db, patienceMs)
  await untilWorkedOff(db, patienceMs)
  return replayed
}

/** What does not come to rest is judged all the same: the verdict names what still waits. */
function unlessRestless(tell: (line: string) => void) {
  return (error: unknown): number => {
    if (!(error instanceof NotQuiet)) throw error
    tell(error.message)
    return 0
  }
}

/** As if ten minutes had passed for records that were written too often. */
async function endRests({ db }: LiveStage): Promise<void> {
  await sql`
    with freed as (
      update written set held_until = null, recent_writes = '{}' where held_until > now()
      returning installation_id, subject_kind, subject_id)
    update due d set due_at = now() from freed f
    where d.stage = 'write_back' and d.installation_id = f.installation_id
      and d.subject_kind = f.subject_kind and d.subject_id = f.subject_id`.execute(db)
}

const Webhooks = z.object({ queued: z.number(), requestsUnderWay: z.number() })

/** HubSpot repeats what was refused after a minute and more; here it does so at once. */
async function untilWebhooksAreQuiet(stage: LiveStage): Promise<void> {
  const { control } = crmOf(stage, 'hubspot')
  for (let tries = 0; tries < 600; tries += 1) {
    await control('POST', '__webhooks/flush', { all: true })
    const report = Webhooks.parse(await (await control('GET', '__webhooks')).json())
    if (report.queued + report.requestsUnderWay === 0) return
    await sleep(100)
  }
  throw new Error('webhooks are still queued after a minute')
}

function misbehaviourOf({ web, workers }: LiveStage): SeedResult['misbehaved'] {
  const processes = [web, ...workers]
  return {
    crashes: processes.reduce((sum, { crashes }) => sum + crashes(), 0),
    overdue: processes.reduce((sum, { overdue }) => sum + overdue(), 0),
  }
}
