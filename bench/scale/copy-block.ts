import { sql } from 'kysely'
import { type Db, jsonRows } from '../../src/store/database.ts'
import { type Columns, TABLES } from './copied-tables.ts'
import type { Observed } from './store-block.ts'
import { BLOCK, PER_COMPANY } from './world.ts'

const COMPANIES = BLOCK / PER_COMPANY
/** Blocks of one statement: half a million activities. */
const AT_ONCE = 50

/**
 * Fills an installation whose first block is stored with copies of it, until it has so many people.
 * @param connection a single one: it keeps functions and a table for itself
 */
export async function copyBlock(
  connection: Db,
  installationId: string,
  people: number,
  observed: readonly Observed[],
): Promise<void> {
  await prepare(connection, observed)
  const companies = people / PER_COMPANY
  const blocks = Math.ceil(companies / COMPANIES)
  for (const { table, key, columns } of TABLES) {
    for (let from = 1; from < blocks; from += AT_ONCE) {
      const to = Math.min(from + AT_ONCE, blocks) - 1
      await copyTable(connection, { table, key, columns }, installationId, { from, to, companies })
    }
  }
}

/** Ids and names hold the number of their company in a fixed width; a copy has another one in its place. */
async function prepare(connection: Db, observed: readonly Observed[]): Promise<void> {
  await sql`
    create or replace function pg_temp.company_of(id text) returns int immutable language sql as $$
      select case when left(id, 1) in ('4', '5') then substr(id, 2, 11) else substr(id, 2, 10) end::int $$`.execute(
    connection,
  )
  await sql`
    create or replace function pg_temp.moved_id(id text, by int) returns text immutable language sql as $$
      select left(id, 1) || lpad((substr(id, 2)::bigint
        + case when left(id, 1) = '6' then by * ${sql.lit(PER_COMPANY)} else by end)::text, 11, '0') $$`.execute(
    connection,
  )
  await sql`
    create or replace function pg_temp.moved(t text, c int, n int) returns text immutable language sql as $$
      select replace(replace(replace(replace(replace(t,
        '6' || lpad(c::text, 10, '0'), '6' || lpad(n::text, 10, '0')),
        '9' || lpad(c::text, 10, '0'), '9' || lpad(n::text, 10, '0')),
        '5' || lpad(c::text, 11, '0'), '5' || lpad(n::text, 11, '0')),
        '4' || lpad(c::text, 11, '0'), '4' || lpad(n::text, 11, '0')),
        'c' || lpad(c::text, 7, '0'), 'c' || lpad(n::text, 7, '0')) $$`.execute(connection)
  await sql`create temp table if not exists observed (id text primary key, text text)`.execute(
    connection,
  )
  await sql`truncate observed`.execute(connection)
  await sql`
    insert into observed select * from jsonb_to_recordset(${jsonRows(observed)}::jsonb)
      as r(id text, text text)`.execute(connection)
}

async function copyTable(
  connection: Db,
  { table, key, columns }: (typeof TABLES)[number],
  installationId: string,
  { from, to, companies }: { from: number; to: number; companies: number },
): Promise<void> {
  const names = Object.keys(columns)
  const values = Object.entries(columns).map(([name, kind]) => copied(name, kind))
  const isHashed = Object.values(columns).includes('hash')
  await sql`
    insert into ${sql.table(table)} (installation_id, ${sql.raw(names.join())})
    select s.installation_id, ${sql.raw(values.join())}
    from generate_series(${from}::int, ${to}::int) as block
    cross join (select *, pg_temp.company_of(${sql.ref(key)}) as c from ${sql.table(table)}
      where installation_id = ${installationId}) s
    ${isHashed ? sql`join observed o on o.id = s.${sql.ref(key)}` : sql``}
    where s.c < ${COMPANIES} and s.c + block * ${COMPANIES} < ${companies}
    order by block, s.${sql.ref(key)}`.execute(connection)
}

function copied(name: string, kind: Columns[string]): string {
  const moved = (text: string) => `pg_temp.moved(${text}, s.c, s.c + block * ${COMPANIES})`
  switch (kind) {
    case 'kept':
      return `s.${name}`
    case 'id':
      return `pg_temp.moved_id(s.${name}, block * ${COMPANIES})`
    case 'text':
      return moved(`s.${name}`)
    case 'json':
      return `${moved(`s.${name}::text`)}::jsonb`
    case 'list':
      return `${moved(`s.${name}::text`)}::text[]`
    case 'hash':
      return `encode(sha256(convert_to(${moved('o.text')}, 'UTF8')), 'hex')`
  }
}
