import { sql } from 'kysely'
import { Client } from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { openDatabase, prepareDatabase } from '../../src/store/database.ts'
import { tenantPassword, tenantRoleName } from '../../src/store/tenant-role.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { closeTenantAccess, tenantAccess } from '../helpers/tenants.ts'

describe('the way to tenants’ databases', () => {
  const database = useDatabase()
  closeTenantAccess()
  let installation: string
  let role: string
  beforeAll(async () => {
    installation = (await makeInstallation(database.db)).id
    role = await tenantRoleName(database.db)
  })
  const run = (text: string) => sql.raw(text).execute(database.db)
  const works = async (access: Awaited<ReturnType<typeof tenantAccess>>) =>
    (await sql`select id from installation`.execute(access.dbOf(installation))).rows
  const as = (user: string, password: string) => {
    const url = new URL(database.url)
    url.username = user
    url.password = password
    return url.href
  }

  test('twenty processes that start at once all come in', async () => {
    const opened = await Promise.all(
      Array.from({ length: 20 }, () => tenantAccess(database, { connections: 1 })),
    )
    for (const access of opened) expect(await works(access)).toEqual([{ id: installation }])
  })

  test('the role is no more than a login', async () => {
    await tenantAccess(database)
    const { rows } = await sql`
      select rolcanlogin, rolsuper, rolbypassrls, rolinherit, rolcreatedb, rolcreaterole, rolreplication,
        (select count(*)::int from pg_class where relowner = r.oid) as owns,
        (select count(*)::int from pg_auth_members where member = r.oid) as belongs
      from pg_roles r where rolname = ${role}`.execute(database.db)
    const no = { rolsuper: false, rolbypassrls: false, rolinherit: false, rolcreatedb: false }
    const none = { rolcreaterole: false, rolreplication: false, owns: 0, belongs: 0 }
    expect(rows).toEqual([{ rolcanlogin: true, ...no, ...none }])
  })

  test('the password is never in a statement', async () => {
    await tenantAccess(database)
    const { rows } = await sql<{ rolpassword: string }>`
      select rolpassword from pg_authid where rolname = ${role}`.execute(database.db)
    expect(rows[0]?.rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/)
    expect(tenantPassword('another secret', role)).not.toBe(tenantPassword(TEST_SECRET, role))
  })

  test('processes with the old and the new secret go on beside each other', async () => {
    const old = await tenantAccess(database, { secret: 'the old secret', connections: 1 })
    const young = await tenantAccess(database, { secret: 'the new secret', connections: 1 })
    for (const access of [old, young, old, young]) {
      const client = await access.pool.connect().catch(() => null)
      // As if it had been idle for long: the next use needs a new connection.
      client?.release(true)
      expect(await works(access)).toEqual([{ id: installation }])
    }
  })

  test('a role that somebody removed comes back', async () => {
    const access = await tenantAccess(database, { connections: 1 })
    await access.pool.connect().then((client) => client.release(true))
    await run(`drop owned by "${role}"; drop role "${role}"`)
    const again = await tenantAccess(database)
    expect(await works(again)).toEqual([{ id: installation }])
    expect(await works(access)).toEqual([{ id: installation }])
  })

  test('what was granted by hand is taken back at the next start', async () => {
    await tenantAccess(database)
    await run(`grant select on admin to "${role}"`)
    const access = await tenantAccess(database)
    const look = sql`select from admin`.execute(access.dbOf(installation))
    await expect(look).rejects.toThrow('permission denied')
  })

  test('a role of the operator’s own is used as it is', async () => {
    await run(`create role "own role" login noinherit password 'p'`)
    const access = await tenantAccess(database, { tenantUrl: as('own role', 'p') })
    expect(await works(access)).toEqual([{ id: installation }])
    await run(`drop owned by "own role"`)
  })

  test.each([
    ['the superuser', ''],
    ['one that may bypass policies', `create role bypassing login bypassrls password 'p'`],
    ['one that belongs to the owner', `create role belonging login password 'p' in role postgres`],
  ])('%s is refused with the remedy', async (_what, statement) => {
    if (statement !== '') await run(statement)
    const name = statement.split(' ')[2]
    const tenantUrl = name === undefined ? database.url : as(name, 'p')
    const start = tenantAccess(database, { tenantUrl })
    await expect(start).rejects.toThrow(/would see the rows of all tenants.*DATABASE_TENANT_URL/s)
  })

  test('a password that is wrong is told with the setting', async () => {
    const start = tenantAccess(database, { tenantUrl: as('nobody at all', 'p') })
    await expect(start).rejects.toThrow(/cannot sign in.*Correct DATABASE_TENANT_URL/s)
  })

  describe('of an owner who is no superuser', () => {
    const owned = async (name: string, rights: string) => {
      await run(`create role ${name} login ${rights} password 'p'`)
      await run(`create database ${name} owner ${name}`)
      const url = new URL(as(name, 'p'))
      url.pathname = `/${name}`
      const db = openDatabase(url.href, () => {})
      await prepareDatabase(db, url.href)
      return { db, url: url.href }
    }

    test('is made where the owner may make roles, and the owner still sees everything', async () => {
      const made = await owned('maker', 'createrole')
      const own = (await makeInstallation(made.db)).id
      const access = await tenantAccess(made)
      expect((await sql`select id from installation`.execute(access.dbOf(own))).rows).toHaveLength(
        1,
      )
      expect((await sql`select from installation`.execute(made.db)).rows).toHaveLength(1)
      await access.pool.end()
      await made.db.destroy()
    })

    test('is asked for where it may not', async () => {
      const bare = await owned('plain', '')
      await expect(tenantAccess(bare)).rejects.toThrow(
        /may not create the role.*create role plumbline_tenant login noinherit password.*DATABASE_TENANT_URL/s,
      )
      await bare.db.destroy()
    })
  })

  test('a tenant cannot ask the server for more than a login of its own could', async () => {
    await tenantAccess(database)
    const client = new Client({
      connectionString: as(role, tenantPassword(TEST_SECRET, role)),
      options: '-c row_security=off',
    })
    await client.connect()
    await expect(client.query('select from person')).rejects.toThrow('row-level security')
    await client.end()
  })
})
