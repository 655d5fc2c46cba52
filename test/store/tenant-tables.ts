import { sql } from 'kysely'
import type { Db } from '../../src/store/database.ts'

/** A table whose rows belong to one installation each, as the catalogue has it. */
export interface TenantTable {
  readonly name: string
  readonly column: string
  readonly columns: readonly string[]
  readonly isGuarded: boolean
  /** To the tenants' role. */
  readonly granted: readonly string[]
}

/** All of them, in an order in which they can be filled. Open the tenants' access first: that makes the role. */
export async function tenantTables(db: Db): Promise<readonly TenantTable[]> {
  const { rows } = await sql<TenantTable>`
    select c.relname as name, own.attname as column,
      array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0
        and not attisdropped and attgenerated = '') as columns,
      c.relrowsecurity and (select count(*) = 1 and bool_and(p.polcmd = '*' and p.polpermissive
        and p.polqual is not null and p.polwithcheck is not null)
        from pg_policy p where p.polrelid = c.oid) as "isGuarded",
      array(select p from unnest('{select,insert,update,delete}'::text[]) as p
        where has_table_privilege('plumbline_tenant_' || current_database(), c.oid, p)) as granted
    from pg_class c join pg_attribute own on own.attrelid = c.oid and not own.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and own.attname = case c.relname when 'installation' then 'id' else 'installation_id' end
    order by c.relname = 'shadow_score', c.relname = 'sync_cursor', c.relname`.execute(db)
  return rows
}

/** One row of the installation in every table: whatever its checks let through. */
export async function fillTables(
  db: Db,
  tables: readonly TenantTable[],
  installation: string,
): Promise<void> {
  const tablesToFill = tables.filter(({ name }) => name !== 'installation')
  for (const { name, column } of tablesToFill) {
    const values = { ...(await sampleRow(db, name)), ...SPECIAL[name], [column]: installation }
    const given = JSON.stringify({
      ...values,
      ...(name === 'sync_cursor' && (await aRun(db, installation))),
      // The only key that does not begin with the installation.
      ...(name === 'account_session' && { token_hash: `\\x${installation.replaceAll('-', '')}` }),
    })
    const columns = sql.join(Object.keys(JSON.parse(given)).map((each) => sql.ref(each)))
    await sql`
      insert into ${sql.table(name)} (${columns})
      select ${columns} from jsonb_populate_record(null::${sql.table(name)}, ${given}::jsonb)`.execute(
      db,
    )
  }
}

async function aRun(db: Db, installation: string): Promise<object> {
  const { rows } = await sql<{ run_id: string }>`
    select id as run_id from sync_run where installation_id = ${installation}`.execute(db)
  return rows[0] ?? {}
}

/** What the checks of the tables ask for. */
const SPECIAL: Readonly<Record<string, object>> = {
  account_link: { basis: 'domain' },
  deal: { outcome: 'open' },
  due: { stage: 'score' },
  enrichment: { subject_kind: 'person' },
  erased: { kind: 'person' },
  fact_version: { subject_kind: 'person' },
  field_overwrite: { subject_kind: 'person' },
  inbox: { what: 'record', source: 'webhook' },
  model_version: { status: 'live' },
  person_key: { kind: 'email' },
  sync_run: { kind: 'full', status: 'running' },
}

const SAMPLES: Readonly<Record<string, unknown>> = {
  text: 'k',
  uuid: '00000000-0000-0000-0000-000000000000',
  jsonb: {},
  'text[]': [],
  'timestamp with time zone': '2026-01-01T00:00:00Z',
}

/** Something for each column that has to have a value. */
async function sampleRow(db: Db, table: string): Promise<object> {
  const { rows } = await sql<{ name: string; type: string }>`
    select attname as name, regexp_replace(format_type(atttypid, null), '\\(.*', '') as type
    from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped
      and attnotnull and not atthasdef and attidentity = ''`.execute(db)
  return Object.fromEntries(rows.map(({ name, type }) => [name, SAMPLES[type] ?? 1]))
}
