import { type RawBuilder, sql } from 'kysely'
import type { SubjectKind } from '../leads/facts.ts'
import type { Db } from './database.ts'
import { rowsAbout } from './erasure-rules.ts'

/** Whom to look for. */
export interface Sought {
  readonly installationId: string
  readonly kind: SubjectKind
  readonly id: string
  /** Looked for everywhere, whoever has it. */
  readonly email?: string | undefined
}

/** What one table still says. */
export interface Trace {
  readonly table: string
  /** Rows about the record itself. */
  readonly about: number
  /** Other rows in which its id or the address stands. */
  readonly mentions: number
}

/** A shorter id is found in dates and numbers; alone in its field it is found all the same. */
const SHORTEST_ID_IN_TEXT = 6

/** Looks through every row of every table of the database, the queue's included, for a record. */
export async function findTraces(db: Db, sought: Sought): Promise<readonly Trace[]> {
  const traces: Trace[] = []
  for (const { schema, name, isTenants } of await allTables(db)) {
    const table = schema === 'public' ? name : `${schema}.${name}`
    const isOurs = isTenants && schema === 'public'
    const { rows } = await sql<{ about: number; mentions: number }>`
      select (count(*) filter (where about))::int as about,
        (count(*) filter (where not about and names))::int as mentions
      from (select ${isOurs ? about(name, sought) : sql`false`} as about,
          ${isOurs ? namesInOurs(name, sought) : names(sought)} as names
        from ${sql.table(`${schema}.${name}`)} as t
        where ${isOurs ? ownRows(name, sought) : sql`true`}) as looked_at`.execute(db)
    traces.push({ table, about: rows[0]?.about ?? 0, mentions: rows[0]?.mentions ?? 0 })
  }
  return traces
}

async function allTables(db: Db) {
  const { rows } = await sql<{ schema: string; name: string; isTenants: boolean }>`
    select t.table_schema as schema, t.table_name as name, exists (
      select from information_schema.columns c where c.table_schema = t.table_schema
        and c.table_name = t.table_name and c.column_name = 'installation_id') as "isTenants"
    from information_schema.tables t
    where t.table_type = 'BASE TABLE' and t.table_schema not in ('pg_catalog', 'information_schema')
    order by t.table_schema <> 'public', t.table_schema, t.table_name`.execute(db)
  return rows
}

/** What asks for the second look after an erasure names the record until then. */
function ownRows(table: string, { installationId }: Sought): RawBuilder<unknown> {
  const settled = table === 'due' ? sql`stage <> 'erase'` : sql`true`
  return sql`installation_id = ${installationId} and ${settled}`
}

function about(table: string, { kind, id }: Sought): RawBuilder<unknown> {
  const rules = rowsAbout(kind).filter((rule) => rule.table === table)
  const matches = rules.map((rule) => sql`(${rule.id} = ${id} and ${rule.where})`)
  return matches.length === 0 ? sql`false` : sql.join(matches, sql` or `)
}

/** Rows about a company that happens to have the id of the person are no trace of the person, and vice versa. */
function namesInOurs(table: string, sought: Sought): RawBuilder<unknown> {
  const other = sought.kind === 'person' ? 'company' : 'person'
  const namesake = about(table, { ...sought, kind: other })
  return sql`((${namesId(sought)} and not coalesce(${namesake}, false)) or ${namesEmail(sought)})`
}

function names(sought: Sought): RawBuilder<unknown> {
  return sql`(${namesId(sought)} or ${namesEmail(sought)})`
}

/** Without the sealed tokens, which are no text. */
const ROW = sql`(to_jsonb(t) - 'tokens')::text`

function namesId({ id }: Sought): RawBuilder<unknown> {
  const alone = sql`position(${JSON.stringify(id)}::text in ${ROW}) > 0`
  const isWord = /^[0-9A-Za-z]+$/.test(id) && id.length >= SHORTEST_ID_IN_TEXT
  if (!isWord) return alone
  return sql`(${alone} or ${ROW} ~ ${`(^|[^0-9A-Za-z])${id}([^0-9A-Za-z]|$)`}::text)`
}

function namesEmail({ email }: Sought): RawBuilder<unknown> {
  if (email === undefined) return sql`false`
  return sql`position(${JSON.stringify(email).slice(1, -1).toLowerCase()}::text in lower(${ROW})) > 0`
}
