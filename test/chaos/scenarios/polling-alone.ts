import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { requestSync } from '../../../jobs/schedule.ts'
import type { Db } from '../../../src/store/database.ts'
import { crmOf, type Fault } from '../fault.ts'
import { hubspotTruth } from '../hubspot-truth.ts'
import { salesforceTruth } from '../salesforce-truth.ts'
import type { InstalledCrm, LiveStage } from '../stage.ts'
import type { Truth } from '../truth.ts'
import { until } from '../until.ts'
import { ScenarioFailed } from './scenario-failed.ts'

const NAME = 'polling-alone'
/** The search shows changes so much later, each by a time of its own. */
const LAG_MS = 8_000
const TIED = 45
/** An edge of pages lies between those of one stamp wherever the first page begins. */
const PAGE = 20
const PATIENCE_MS = 150_000

/**
 * Nothing is told, the journal is away, pages are short and the index lags: whatever changed must be found by
 * reading the changes alone. A full reading would hide what they miss.
 */
export const pollingAlone: Fault = {
  name: NAME,
  kind: 'webhook',
  recovery: 'none',
  lastsMs: 6_000,
  async start(stage) {
    const [hubspot, salesforce] = [crmOf(stage, 'hubspot'), crmOf(stage, 'salesforce')]
    await hubspot.webhookFaults.set(NAME, [{ drop: 1 }])
    await hubspot.faults.set(NAME, [
      { match: { route: 'journal' }, do: { kind: 'status', status: 503 } },
      { match: { route: '/search' }, do: { kind: 'index-lag', maxMs: LAG_MS } },
    ])
    await salesforce.control('POST', '__events', { drop: 1_000_000 })
    await salesforce.faults.set(NAME, [
      { match: { route: '/queryAll' }, do: { kind: 'short-page', rows: PAGE } },
    ])
    await changeInOneSecond(stage.db, salesforce, 'Head of Ties')
  },
  async stop(stage) {
    // A reading right after the last change, which the index does not show yet; and one that must find it all the same.
    const truths = await Promise.all(stage.crms.map((crm) => truthOf(crm)))
    await readChanges(stage)
    await sleep(LAG_MS)
    await readChanges(stage)
    for (const [at, crm] of stage.crms.entries()) await compare(stage.db, crm, truths[at])
    await readAlthoughStoringFails(stage)
    for (const crm of stage.crms) await crm.faults.clear(NAME)
    await crmOf(stage, 'hubspot').webhookFaults.clear(NAME)
    await crmOf(stage, 'salesforce').control('POST', '__events', { drop: 0 })
  },
}

function truthOf(crm: InstalledCrm): Promise<Truth> {
  return crm.crm === 'hubspot' ? hubspotTruth(crm) : salesforceTruth(crm)
}

async function somePeople(db: Db, installationId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from person where installation_id = ${installationId} and id like '00Q%'
      and deleted_at is null and merged_into is null order by md5(id) limit ${TIED}`.execute(db)
  return rows.map(({ id }) => id)
}

/** More than a page holds, with one stamp. */
async function changeInOneSecond(
  db: Db,
  { installationId, control }: InstalledCrm,
  title: string,
): Promise<void> {
  const at = Date.now()
  for (const id of await somePeople(db, installationId)) {
    const fields = { Title: title }
    await control('POST', '__mutate', { op: 'update', type: 'Lead', id, fields, at })
  }
}

async function readChanges({ db, crms }: LiveStage): Promise<void> {
  const since = new Date()
  for (const { installationId } of crms) await requestSync(db, installationId, 'delta', since)
  for (const { installationId } of crms) await untilChangesAreRead(db, installationId, since)
}

async function untilChangesAreRead(db: Db, installationId: string, since: Date): Promise<void> {
  await until(
    PATIENCE_MS,
    async () => {
      const { rows } = await sql`
        select from sync_run where installation_id = ${installationId} and kind <> 'late'
          and status = 'done' and started_at >= ${since}`.execute(db)
      return rows.length > 0 ? null : 'the changes are not read'
    },
    ScenarioFailed,
  )
}

/** The database calls off the first two attempts at storing a page: no later reading would find what that one had. */
async function readAlthoughStoringFails(stage: LiveStage): Promise<void> {
  const salesforce = crmOf(stage, 'salesforce')
  await changeInOneSecond(stage.db, salesforce, 'Head of Repetitions')
  const truth = await truthOf(salesforce)
  await callOffStoring(stage.db, salesforce.installationId)
  await readChanges(stage)
  await sql`drop function chaos_call_off cascade`.execute(stage.db)
  await sql`drop sequence chaos_attempts`.execute(stage.db)
  await compare(stage.db, salesforce, truth)
}

async function callOffStoring(db: Db, installationId: string): Promise<void> {
  // What a sequence has counted stays counted when the transaction is undone.
  await sql`create sequence chaos_attempts`.execute(db)
  await sql`
    create function chaos_call_off() returns trigger language plpgsql security definer as $$
    begin
      if nextval('chaos_attempts') <= 2 then raise query_canceled; end if;
      return new;
    end $$`.execute(db)
  await sql`
    create trigger chaos_call_off before insert on person for each row
    when (new.installation_id = ${sql.lit(installationId)}) execute function chaos_call_off()`.execute(
    db,
  )
}

/** Whoever was changed again since is known by that or by the newer title. */
async function compare(db: Db, crm: InstalledCrm, before: Truth | undefined): Promise<void> {
  const { rows } = await sql<{ id: string; title: string | null }>`
    select id, facts->>'title' as title from person
    where installation_id = ${crm.installationId}`.execute(db)
  const known = new Map(rows.map(({ id, title }) => [id, title ?? '']))
  const now = new Map((await truthOf(crm)).people.map(({ id, facts }) => [id, titleOf(facts)]))
  for (const { id, facts } of before?.people ?? []) {
    const title = titleOf(facts)
    const isSettled = now.get(id) === title
    if (isSettled && known.get(id) !== title) {
      throw new ScenarioFailed(
        `${crm.crm}: reading the changes did not find that ${id} is "${title}"`,
      )
    }
  }
}

function titleOf(facts: Readonly<Record<string, unknown>>): string {
  const { title } = facts
  return typeof title === 'string' ? title : ''
}
