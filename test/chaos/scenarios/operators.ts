import { sql } from 'kysely'
import { parseModelText } from '../../../jobs/models.ts'
import { requestSync } from '../../../jobs/schedule.ts'
import { OWNERS } from '../../../sandbox/hubspot/owners.ts'
import type { Db } from '../../../src/store/database.ts'
import { publish } from '../../../src/store/models.ts'
import { changeSettings } from '../../../src/store/settings.ts'
import { crmOf, type Fault } from '../fault.ts'
import { untilRead } from '../quiet.ts'
import type { InstalledCrm, LiveStage } from '../stage.ts'
import { ScenarioFailed } from './scenario-failed.ts'

const OVER = () => Promise.resolve()

/** A model goes live and stays: at the end everybody carries what it says. */
export const modelStays: Fault = {
  name: 'model-stays',
  kind: 'operator',
  recovery: 'none',
  async start({ db, crms, model }) {
    for (const { installationId } of crms) await publishWith(28, { db, model }, installationId)
  },
  stop: OVER,
}

/** A model that gives so many points where the usual one gives 30. */
async function publishWith(
  points: number,
  { db, model }: Pick<LiveStage, 'db' | 'model'>,
  installationId: string,
): Promise<void> {
  const other = parseModelText(model.replace(/points: 30/, `points: ${points}`), 'another model')
  await publish(db, installationId, other, { actor: 'chaos', reason: 'a scenario', at: new Date() })
}

const ALL_TIERS = ['A', 'B', 'C']
const MANY = 200
const OWNED = 60

/** Tasks are switched on, people reach tiers, and every second answer to a task that was made is lost. */
const taskAnswersLost: Fault = {
  name: 'task-answers-lost',
  kind: 'operator',
  recovery: 'none',
  lastsMs: 10_000,
  async start(stage) {
    const hubspot = crmOf(stage, 'hubspot')
    const tasks = { tiers: ALL_TIERS, perOwnerPerDay: MANY }
    await changeSettings(stage.db, hubspot.installationId, { tasks }, new Date())
    await giveOwner(stage.db, hubspot)
    const match = { method: 'POST', route: '/tasks', probability: 0.5 }
    await hubspot.faults.set('task-answers-lost', [{ match, do: { kind: 'apply-then-reset' } }])
    // Whoever stands in a tier has reached it, as far as this stage is concerned.
    await sql`
      insert into due (installation_id, stage, subject_kind, subject_id, due_at)
      select installation_id, 'task', 'person', person_id, now() from score
      where installation_id = ${hubspot.installationId} and tier = any(${ALL_TIERS})
      on conflict do nothing`.execute(stage.db)
  },
  async stop(stage) {
    await crmOf(stage, 'hubspot').faults.clear('task-answers-lost')
  },
}

/** In the CRM, of people in a tier; only owners get tasks. */
async function giveOwner(db: Db, { installationId, control }: InstalledCrm): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select person_id as id from score where installation_id = ${installationId}
      and tier = any(${ALL_TIERS}) order by md5(person_id) limit ${OWNED}`.execute(db)
  for (const { id } of rows) {
    const properties = { hubspot_owner_id: OWNERS[0]?.id ?? '' }
    await control('POST', '__mutate', { op: 'update', type: 'contacts', id, properties })
  }
}

/** A list comes back empty with status 200: nobody has left the lists by that. */
const emptyList: Fault = {
  name: 'empty-list',
  kind: 'crm',
  recovery: 'none',
  lastsMs: 0,
  async start(stage) {
    const hubspot = crmOf(stage, 'hubspot')
    const before = await livingIn(stage.db, hubspot)
    const match = { method: 'GET', route: '/crm/objects/2026-09/contacts?' }
    const nothing = { kind: 'status', status: 200, body: { results: [] } }
    await hubspot.faults.set('empty-list', [{ match, do: nothing }])
    const since = new Date()
    await requestSync(stage.db, hubspot.installationId, 'full', since)
    await untilRead(stage.db, hubspot.installationId, since)
    const left = await livingIn(stage.db, hubspot)
    await hubspot.faults.clear('empty-list')
    // People are deleted meanwhile, by hand, and few.
    if (left < before / 2) {
      throw new ScenarioFailed(`an empty list left ${left} of ${before} people`)
    }
  },
  stop: OVER,
}

async function livingIn(db: Db, { installationId }: InstalledCrm) {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from person where installation_id = ${installationId}
      and deleted_at is null and merged_into is null`.execute(db)
  return rows[0]?.n ?? 0
}

const LONG_TITLE = 'Head of '.repeat(300)
const IMPORTED = 150

/** Many contacts are imported with long values at once: batches of webhooks of several hundred kB. */
const longWebhooks: Fault = {
  name: 'long-webhooks',
  kind: 'webhook',
  recovery: 'none',
  async start(stage) {
    const { control } = crmOf(stage, 'hubspot')
    const create = (n: number) => {
      const properties = { email: `import-${n}@import.example`, jobtitle: `${LONG_TITLE}${n}` }
      return control('POST', '__mutate', { op: 'create', type: 'contacts', properties })
    }
    await Promise.all(Array.from({ length: IMPORTED }, (_, n) => create(n)))
  },
  stop: OVER,
}

/** Contacts are imported while the database takes no connections: what is told then is told again, or lost. */
const importedInVain: Fault = {
  name: 'imported-in-vain',
  kind: 'webhook',
  recovery: 'none',
  lastsMs: 4_000,
  async start(stage) {
    const { control } = crmOf(stage, 'hubspot')
    await stage.lines.postgres.refuse()
    const create = (n: number) => {
      const properties = { email: `vain-${n}@import.example`, jobtitle: 'Head of Imports' }
      return control('POST', '__mutate', { op: 'create', type: 'contacts', properties })
    }
    await Promise.all(Array.from({ length: IMPORTED }, (_, n) => create(n)))
  },
  stop: ({ lines }) => lines.postgres.accept(),
}

export const OPERATOR_SCENARIOS: readonly Fault[] = [
  modelStays,
  taskAnswersLost,
  emptyList,
  longWebhooks,
  importedInVain,
]
