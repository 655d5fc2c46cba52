import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Db, inTransaction } from '../../src/store/database.ts'
import type { TenantAccess } from '../../src/store/tenant-access.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { closeTenantAccess, tenantAccess } from '../helpers/tenants.ts'
import { fillTables, type TenantTable, tenantTables } from './tenant-tables.ts'

describe('a tenant’s database', () => {
  const database = useDatabase()
  closeTenantAccess()
  let access: TenantAccess
  let tables: readonly TenantTable[]
  let own: string
  let other: string
  let tenant: Db
  beforeAll(async () => {
    own = (await makeInstallation(database.db)).id
    other = (await makeInstallation(database.db)).id
    access = await tenantAccess(database)
    tenant = access.dbOf(own)
    tables = await tenantTables(database.db)
    for (const id of [own, other]) await fillTables(database.db, tables, id)
  })
  const run = async (text: string, db: Db = tenant) => (await sql.raw<Row>(text).execute(db)).rows
  const count = async (from: string, db?: Db) =>
    Number((await run(`select count(*) as n from ${from}`, db))[0]?.['n'])
  type Row = Readonly<Record<string, unknown>>
  /** What has to be granted: nothing can be seen through a table that the role may not use at all. */
  const open = () => tables.filter(({ granted }) => granted.includes('select'))

  test('every table with an installation is guarded', () => {
    expect(tables.filter(({ isGuarded }) => !isGuarded)).toEqual([])
    expect(tables.length).toBeGreaterThan(29)
    expect(open().length).toBeGreaterThan(27)
  })

  test('no table is granted that holds more than rows of one installation each', async () => {
    const granted = await run(`
      select c.relname as name from pg_class c
      where c.relkind in ('r', 'p', 'v', 'm', 'S') and not c.relrowsecurity
        and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
        and has_table_privilege(current_user, c.oid, 'select, insert, update, delete')`)
    expect(granted).toEqual([{ name: 'inbox_refused' }])
  })

  test('without an installation there is no row in any table', async () => {
    for (const { name } of open()) {
      expect((await access.pool.query(`select from ${name}`)).rowCount, name).toBe(0)
    }
  })

  test('a query that forgets the installation finds the rows of one alone', async () => {
    for (const { name, column } of open()) {
      expect(await count(name), name).toBeGreaterThan(0)
      expect(await count(`${name} where ${column} is distinct from '${own}'`), name).toBe(0)
    }
  })

  test('a join finds nobody else', async () => {
    for (const { name, column } of open()) {
      const joined = `${name} a join ${name} b on a.${column} <> b.${column}`
      expect(await count(joined), name).toBe(0)
    }
  })

  test('no update and no delete reaches another’s row, with or without returning', async () => {
    const third = (await makeInstallation(database.db)).id
    await fillTables(database.db, tables, third)
    for (const { name, column, granted } of tables) {
      const others = () => count(`${name} where ${column} = '${other}'`, database.db)
      const before = await others()
      const statements = [
        `update ${name} set ${column} = ${column} where ${column} = '${other}' returning *`,
        `delete from ${name} where ${column} = '${other}' returning *`,
        `update ${name} set ${column} = ${column}`,
        `delete from ${name}`,
      ].filter((statement) => granted.some((privilege) => statement.startsWith(privilege)))
      for (const statement of statements) {
        expect(await run(statement, access.dbOf(third)), statement).toEqual([])
      }
      expect(before, name).toBeGreaterThan(0)
      expect(await others(), name).toBe(before)
    }
  })

  test('no row can be stored for another, or given to another', async () => {
    const changed = tables.filter(({ granted }) => granted.includes('update'))
    for (const { name, column } of changed) {
      await expect(run(`update ${name} set ${column} = '${other}'`), name).rejects.toThrow(POLICY)
    }
    const filled = tables.filter(({ granted }) => granted.includes('insert'))
    for (const { name, column, columns } of filled) {
      const given = columns.filter((each) => each !== column).map((each) => `"${each}"`)
      const copied = `insert into ${name} (${[column, ...given].join(', ')}) overriding system value
        select ${[`'${other}'::uuid`, ...given].join(', ')} from ${name}`
      await expect(run(copied), name).rejects.toThrow(POLICY)
      await expect(run(`${copied} on conflict do nothing`), name).rejects.toThrow(POLICY)
    }
  })

  test('a conflict with another’s row changes nothing of it', async () => {
    const budget = (installation: string) => `
      insert into budget (installation_id, key, next_at) values ('${installation}', 'k', now())
      on conflict (installation_id, key) do update set next_at = 'infinity' returning *`
    await expect(run(budget(other))).rejects.toThrow(POLICY)
    const [run_] = await run(
      `select id from sync_run where installation_id = '${other}'`,
      database.db,
    )
    const cursor = `
      insert into sync_cursor (run_id, installation_id, stream, phase)
      values ('${run_?.['id']}', '${own}', 'x', 1)`
    for (const how of ['update set phase = 9', 'nothing']) {
      const hung = `${cursor} on conflict (run_id, stream) do ${how}`
      await expect(run(hung), how).rejects.toThrow(/row-level security|foreign key/)
    }
  })

  test('copy gives out and takes in nothing of another', async () => {
    const client = await access.pool.connect()
    await client.query('begin')
    await client.query("select set_config('plumbline.installation', $1, true)", [own])
    await expect(client.query('copy person from stdin')).rejects.toThrow(
      /not supported with row-level/,
    )
    await client.query('rollback')
    await expect(client.query("copy person to '/tmp/people'")).rejects.toThrow(/permission denied/)
    client.release()
  })

  test.each([
    ['set role to the owner', 'set role postgres'],
    ['set session authorization', 'set session authorization postgres'],
    ['switch the policies off', 'alter table person disable row level security'],
    ['drop a policy', 'drop policy tenant on person'],
    ['make a policy', 'create policy mine on person using (true)'],
    [
      'make a function of the owner’s',
      'create function public.f() returns int security definer return 1',
    ],
    ['make a table', 'create table public.mine (n int)'],
    ['make itself a superuser', 'alter role current_user superuser'],
    ['let itself bypass policies', 'alter role current_user bypassrls'],
    ['make a role', 'create role mine'],
    ['read passwords', 'select * from pg_authid'],
    ['read administrators', 'select * from admin'],
    ['read sessions', 'select * from admin_session'],
    ['read sign-ins that failed', 'select * from sign_in_attempt'],
    ['read used states', 'select * from spent_state'],
    ['read or end migrations', 'select * from kysely_migration'],
    ['empty a table', 'truncate person'],
    ['read files', "select pg_read_file('/etc/passwd')"],
    ['run programs', "copy person to program 'cat'"],
  ])('the role may not %s', async (_what, statement) => {
    await expect(run(statement)).rejects.toThrow(
      /permission denied|must be owner|must have|cannot|only roles/i,
    )
  })

  test('without policies it is told nothing instead of everything', async () => {
    await expect(run('set row_security = off; select * from person')).rejects.toThrow(POLICY)
    await run('set row_security = on')
  })

  test('what it makes of its own rights is no more than them', async () => {
    const { rows } = await access.pool
      .query<{ n: string }>(`
      reset role; reset session authorization; select count(*) as n from person`)
      .then((all) => (Array.isArray(all) ? all.at(-1) : all))
    expect(Number(rows[0]?.n)).toBe(0)
    await run(`create function pg_temp.everybody() returns bigint security definer language sql
      as 'select count(*) from public.person where installation_id = ''${other}'''`)
    expect(await run('select pg_temp.everybody() as n')).toEqual([{ n: '0' }])
  })

  test('statistics tell nothing of the values', async () => {
    await sql`analyze person`.execute(database.db)
    expect(await run("select * from pg_stats where tablename = 'person'")).toEqual([])
  })

  test('the next user of a connection finds nothing of the last one’s', async () => {
    const single = await tenantAccess(database, { connections: 1 })
    const first = single.dbOf(own)
    const second = single.dbOf(other)
    const setting = async () =>
      (
        await single.pool.query(
          "select nullif(current_setting('plumbline.installation', true), '') as s",
        )
      ).rows[0]
    await run('select 1', first)
    expect(await setting()).toEqual({ s: null })
    expect(await run('select id from installation', second)).toEqual([{ id: other }])
    await inTransaction(first, (transaction) => run('select 1', transaction))
    expect(await setting()).toEqual({ s: null })
    await expect(run('select 1 / 0', first)).rejects.toThrow('division by zero')
    await expect(inTransaction(first, (each) => run('select 1 / 0', each))).rejects.toThrow(
      'division',
    )
    expect(await setting()).toEqual({ s: null })
    expect(await run('select id from installation', first)).toEqual([{ id: own }])
  })

  test('many at once on few connections each find their own', async () => {
    const found = await Promise.all(
      Array.from({ length: 200 }, (_, n) => {
        const id = n % 2 === 0 ? own : other
        const mine = access.dbOf(id)
        const look = (db: Db) => run('select id from installation', db)
        const seen = n % 3 === 0 ? inTransaction(mine, look) : look(mine)
        return seen.then((rows) => ({ id, rows }))
      }),
    )
    for (const { id, rows } of found) expect(rows).toEqual([{ id }])
  })

  test('a transaction is kept or undone as a whole', async () => {
    const settle = (end: string) =>
      inTransaction(tenant, async (transaction) => {
        await run(`update budget set key = 'moved'`, transaction)
        await run(end, transaction)
      })
    await expect(settle('select 1 / 0')).rejects.toThrow('division by zero')
    expect(await count(`budget where key = 'moved'`)).toBe(0)
    await settle('select 1')
    expect(await count(`budget where key = 'moved'`)).toBe(1)
  })

  test('an owner who is no superuser sees everything, as backups have to', async () => {
    await run(
      `create role owner_of_all; grant owner_of_all to postgres;
      alter table person owner to owner_of_all`,
      database.db,
    )
    const people = await inTransaction(database.db, async (transaction) => {
      await run('set local role owner_of_all; set local row_security = off', transaction)
      return count('person', transaction)
    })
    expect(people).toBe(await count('person', database.db))
    await run('alter table person owner to postgres; drop role owner_of_all', database.db)
  })
})

const POLICY = /row-level security/
