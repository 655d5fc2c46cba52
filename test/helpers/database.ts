import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, inject } from 'vitest'
import { type Db, migrate, openDatabase } from '../../src/store/database.ts'
import { type Installation, saveInstallation } from '../../src/store/installations.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { TEST_SECRET } from './secret.ts'

/** A migrated database for one test file. Read `db` and `url` inside tests only. */
export function useDatabase(): { readonly db: Db; readonly url: string } {
  const held: { db?: Db; url?: string } = {}
  const name = `t_${randomBytes(6).toString('hex')}`
  beforeAll(async () => {
    const server = openDatabase(inject('postgresUrl'), () => {})
    await sql.raw(`create database ${name}`).execute(server)
    await server.destroy()
    const url = new URL(inject('postgresUrl'))
    url.pathname = `/${name}`
    held.url = url.href
    held.db = openDatabase(held.url, () => {})
    await migrate(held.db)
  })
  afterAll(async () => {
    await held.db?.destroy()
  })
  return {
    get db() {
      if (!held.db) throw new Error('the database is there only while tests run')
      return held.db
    },
    get url() {
      if (!held.url) throw new Error('the database is there only while tests run')
      return held.url
    },
  }
}

let accounts = 0

/** An active installation with tokens that open nothing. */
export function makeInstallation(db: Db, timeZone = 'UTC'): Promise<Installation> {
  accounts += 1
  const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt: new Date('2030-01-01') }
  const grant = {
    crm: 'hubspot',
    accountId: String(accounts),
    scopes: ['oauth'],
    tokens,
    timeZone,
    uiDomain: 'app.example',
  }
  return saveInstallation(db, createSecretBox(TEST_SECRET), grant, new Date())
}
