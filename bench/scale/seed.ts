import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { CRM } from '../../connectors/hubspot/api-version.ts'
import type { Deps } from '../../jobs/deps.ts'
import { parseModelText } from '../../jobs/models.ts'
import { wishedFields } from '../../jobs/wishes.ts'
import type { Db } from '../../src/store/database.ts'
import { type Installation, saveInstallation } from '../../src/store/installations.ts'
import { publish } from '../../src/store/models.ts'
import type { SecretBox } from '../../src/store/secret-box.ts'
import { finishRun, startRun } from '../../src/store/sync-runs.ts'
import { movableClock, stageDeps } from '../../test/helpers/deps.ts'
import { copyBlock } from './copy-block.ts'
import { hashOf, observedOf, storeBlock } from './store-block.ts'
import { BLOCK, PER_COMPANY, type Tenant, type World, worldOf } from './world.ts'

/** What a tenant is to look like in the database. */
export interface SeedOptions extends Tenant {
  /** IANA name; UTC unless given. */
  readonly timeZone?: string
  /** When everything was read, scored and written; now unless given. */
  readonly at?: Date
  /** When everybody's score changes next by itself; as the scoring says, by the installation's nights, unless given. */
  readonly dueAt?: Date
  /** False leaves everybody enriched but neither scored nor written; true unless given. */
  readonly scored?: boolean
}

const MODEL = 'config/models/b2b-starter.yaml'
const NEVER = new Date('2100-01-01')

/**
 * Puts into the database what a full reading of the portal of the same options would have stored, scored and written
 * at a moment. The first block of people goes through the product's own code; the others are copies of it, made by
 * Postgres. Ends with fresh statistics.
 * @param box the one of the processes that will work on it
 * @throws RangeError when companies would not be whole
 */
export async function seedTenant(
  db: Db,
  box: SecretBox,
  options: SeedOptions,
): Promise<Installation> {
  const { people, at = new Date(), scored = true, dueAt } = options
  if (people % PER_COMPANY !== 0) {
    throw new RangeError(`people must be a multiple of ${PER_COMPANY}, not ${people}`)
  }
  const installation = await installTenant(db, box, options, at)
  const world = { ...worldOf(options), people: Math.min(people, BLOCK) }
  const deps = stageDeps(db, movableClock(at))
  await storeBlock(deps, installation.id, world, scored)
  if (scored) await noteWritten(db, installation.id, at)
  if (dueAt) {
    await sql`update due set due_at = ${dueAt} where installation_id = ${installation.id}`.execute(
      db,
    )
  }
  const observed = scored ? await checkedObserved(deps, installation.id, world) : []
  await db.connection().execute(async (connection) => {
    // A copy takes longer than any statement of the product may; and every row refers to the same installation.
    await sql`set statement_timeout = 0; set session_replication_role = replica`.execute(connection)
    await copyBlock(connection, installation.id, people, observed)
    await sql`reset statement_timeout; reset session_replication_role`.execute(connection)
  })
  return installation
}

/** After large seeds: what autovacuum would have done by the time somebody has so many people. */
export async function settleStorage(db: Db): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection)
    await sql`vacuum (analyze)`.execute(connection)
    await sql`checkpoint`.execute(connection)
    await sql`reset statement_timeout`.execute(connection)
  })
}

/** An account that has been read, when there was nobody in it. */
export async function installTenant(
  db: Db,
  box: SecretBox,
  { portalId, timeZone = 'UTC' }: Pick<SeedOptions, 'portalId' | 'timeZone'>,
  at: Date,
): Promise<Installation> {
  const accessToken = `scale-${portalId}`
  const tokens = { accessToken, refreshToken: 'none', expiresAt: NEVER }
  const account = { accountId: String(portalId), timeZone, uiDomain: 'app.hubspot.com' }
  const scopes = ['oauth']
  const installation = await saveInstallation(db, box, { crm: CRM, ...account, scopes, tokens }, at)
  const { id } = installation
  const model = parseModelText(await readFile(MODEL, 'utf8'), MODEL)
  await publish(db, id, model, { actor: 'bench', reason: 'seed', at })
  const fields = await wishedFields(db, id)
  const run = await startRun(db, id, { kind: 'full', since: null, startedAt: at, fields }, [])
  await finishRun(db, run.id, at)
  return installation
}

/** Everything that the block's scoring wants in the CRM stands there. */
async function noteWritten(db: Db, installationId: string, at: Date): Promise<void> {
  for (const [kind, table, key] of [
    ['person', 'score', 'person_id'],
    ['company', 'account_score', 'company_id'],
  ]) {
    await sql`
      insert into written (installation_id, subject_kind, subject_id, written_values, written_at, sent_at)
      select installation_id, ${kind}, ${sql.ref(key ?? '')}, written_values, ${at}, ${at}
      from ${sql.table(table ?? '')} where installation_id = ${installationId}`.execute(db)
  }
  await sql`
    delete from due where installation_id = ${installationId} and stage = 'write_back'`.execute(db)
}

/** @throws Error when the product hashes something else by now: then every copy would look changed */
async function checkedObserved(deps: Deps, installationId: string, world: World) {
  const observed = await observedOf(deps, installationId, world)
  const { rows } = await sql<{ id: string; hash: string }>`
    select person_id as id, inputs_hash as hash from score where installation_id = ${installationId}
    union all select company_id, inputs_hash from account_score
    where installation_id = ${installationId}`.execute(deps.db)
  const stored = new Map(rows.map(({ id, hash }) => [id, hash]))
  const wrong = observed.filter(({ id, text }) => stored.get(id) !== hashOf(text))
  if (wrong.length === 0) return observed
  throw new Error(
    `${wrong.length} seeded scores, as of ${wrong[0]?.id}, rest on other inputs; see observedOf`,
  )
}
