import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Connection } from '../../connectors/connector.ts'
import type { Page } from '../../connectors/page.ts'
import { EMPTY_PAGE } from '../../connectors/page.ts'
import type { Deps } from '../../jobs/deps.ts'
import { enrich } from '../../jobs/enrich.ts'
import { createModels, parseModelText } from '../../jobs/models.ts'
import { score } from '../../jobs/score.ts'
import { storePage } from '../../jobs/store-page.ts'
import { writeBack } from '../../jobs/write-back.ts'
import { FACT_FIELDS } from '../../src/leads/fact-fields.ts'
import { createLog } from '../../src/log.ts'
import { recordAudit } from '../../src/store/audit.ts'
import { type Db, inTransaction } from '../../src/store/database.ts'
import { mark } from '../../src/store/due.ts'
import type { Installation } from '../../src/store/installations.ts'
import { publish } from '../../src/store/models.ts'
import { reject } from '../../src/store/rejections.ts'
import { setShadow } from '../../src/store/shadow.ts'
import { crmOf } from '../helpers/crm-of.ts'
import { type MovableClock, stageDeps } from '../helpers/deps.ts'
import { titleModelText } from '../helpers/model-texts.ts'

/** What betrays a canary wherever it stands. */
const CANARY = /canary\d+q|90000000\d\d/gi

export const canaryId = (n: number) => String(9_000_000_000 + n)
export const accountOf = (n: number) => `acme${n % 5}`

const PERSON_FIELDS = FACT_FIELDS.filter((field) => field.startsWith('person.')).map((field) =>
  field.slice('person.'.length),
)

/** Facts that name the canary in every field. */
export function canaryFacts(n: number): Record<string, string> {
  const marked = PERSON_FIELDS.map((field) => [field, `Canary${n}q ${field}`])
  return {
    ...Object.fromEntries(marked),
    email: `canary${n}q@${accountOf(n)}.example`,
    title: `VP Marketing canary${n}q`,
    buying_role: 'CHAMPION',
  }
}

/** The stages with a true model and shadow, a log that is kept, and a CRM that takes every write. */
export async function openPipeline(
  db: Db,
  installation: Installation,
  clock: MovableClock,
  wake: Deps['wake'],
) {
  const log: string[] = []
  const by = { actor: 'ann', reason: null, at: clock.now() }
  const starter = 'config/models/b2b-starter.yaml'
  const live = parseModelText(await readFile(starter, 'utf8'), starter)
  await publish(db, installation.id, live, by)
  await setShadow(db, installation.id, titleModelText('shadow', 60), by)
  const deps = stageDeps(db, clock, {
    ...createModels(() => db),
    wake,
    log: createLog('trace', { write: (line: string) => void log.push(line) }),
    crm: takingCrm(),
  })
  const id = installation.id
  const work = async () => {
    await enrich({ installationId: id }, deps)
    await score({ installationId: id }, deps)
    clock.moveTo(new Date(clock.now().getTime() + 10_000))
    await writeBack({ installationId: id }, deps)
  }
  return {
    deps,
    log,
    work,
    async says(page: Partial<Page>) {
      clock.moveTo(new Date(clock.now().getTime() + 60_000))
      await inTransaction(db, (transaction) =>
        storePage(transaction, id, { ...EMPTY_PAGE, ...page }, clock.now()),
      )
      await work()
    },
    person: (personId: string, facts: Record<string, string>, companyId?: string) => ({
      id: personId,
      facts,
      createdAt: clock.now(),
      updatedAt: clock.now(),
      ...(companyId && { companyId }),
    }),
  }
}

export type Pipeline = Awaited<ReturnType<typeof openPipeline>>

function takingCrm(): Deps['crm'] {
  const push: Connection['push'] = async (writes) =>
    writes.map(({ subject }) => ({ id: subject.id, status: 'written' }))
  // Nothing but pushing is asked of it; anything else fails the test.
  const connection = { push } as Connection
  return crmOf(connection)
}

/** Rows about the canaries that need other stages, a CRM's refusal or an operator. */
export async function leaveTraces(
  db: Db,
  { id: installationId }: Installation,
  n: number,
  now: Date,
): Promise<void> {
  const id = canaryId(n)
  const words = `Canary${n}q first_name Canary${n}q last_name`
  await reject(
    db,
    installationId,
    'write_back',
    [{ kind: 'person', id, reason: `canary${n}q@${accountOf(n)}.example is not valid` }],
    now,
  )
  await reject(
    db,
    installationId,
    'write_back',
    [
      {
        kind: 'person',
        id: `bystander${n}`,
        reason: `beside CANARY${n}Q@${accountOf(n)}.example`,
      },
    ],
    now,
  )
  await recordAudit(
    db,
    installationId,
    'plumbline',
    [
      {
        action: 'activity.retracted',
        kind: 'person',
        id,
        details: { activities: [{ id: words }] },
      },
      { action: 'rejections.replayed', details: { ids: [id, 'bystander'], note: `for ${words}` } },
    ],
    now,
  )
  for (const stage of ['sync', 'fetch', 'score', 'task'] as const) {
    const kind = stage === 'fetch' ? 'contacts' : 'person'
    await mark(db, installationId, stage, kind, [id], now)
  }
  await sql`insert into task (installation_id, person_id, tier, owner_id, key, reserved_at)
    values (${installationId}, ${id}, 'A', '7', ${`task canary${n}q`}, ${now})`.execute(db)
  for (const [kind, subject] of [
    ['person', id],
    ['company', accountOf(n)],
  ]) {
    await sql`
      insert into field_overwrite (installation_id, subject_kind, subject_id, field, ours, theirs, seen_at)
      values (${installationId}, ${kind}, ${subject}, ${`field ${n}`}, ${words}, 'mine', ${now})`.execute(
      db,
    )
  }
  await sql`insert into inbox (installation_id, key, what, stream, record_id, occurred_at, received_at, source)
    values (${installationId}, ${`event ${n}`}, 'record', 'contacts', ${id}, ${now}, ${now}, 'webhook')`.execute(
    db,
  )
}

/** Every row of every table of the database, as text; the queue's tables included. */
export async function dump(db: Db): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
    order by 1, 2`.execute(db)
  const texts = new Map<string, string>()
  for (const { schema, name } of rows) {
    const table = sql.table(`${schema}.${name}`)
    const { rows: lines } = await sql<{ line: string }>`
      select to_jsonb(t)::text as line from ${table} t`.execute(db)
    texts.set(`${schema}.${name}`, lines.map(({ line }) => line).join('\n'))
  }
  return texts
}

/** Where canaries stand, table by table. */
export function traces(texts: ReadonlyMap<string, string>): Readonly<Record<string, number>> {
  const found = [...texts].map(([table, text]) => [table, text.match(CANARY)?.length ?? 0] as const)
  return Object.fromEntries(found.filter(([, n]) => n > 0))
}
