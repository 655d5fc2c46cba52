import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditOf } from '../../src/store/audit.ts'
import { mark } from '../../src/store/due.ts'
import { type Installation, listInstallations, setStatus } from '../../src/store/installations.ts'
import { runningSync, startRun } from '../../src/store/sync-runs.ts'
import { useDatabase } from '../helpers/database.ts'
import { type SmallCrm, smallCrm } from '../helpers/small-crm.ts'
import { type Installer, openInstaller } from './installer.ts'

describe('an account that is installed again', () => {
  const database = useDatabase()
  let here: Installer
  let installation: Installation
  let crm: SmallCrm
  beforeEach(async () => {
    await sql`delete from installation`.execute(database.db)
    here = await openInstaller(database.db)
    await here.browser().install()
    const [installed] = await listInstallations(database.db)
    if (!installed) throw new Error('nothing was installed')
    installation = installed
    crm = smallCrm(database.db, installation, here.clock)
  })
  afterEach(() => here.close())

  const dueIn = async (stage: string) => {
    const { rows } = await sql<{ id: string }>`select subject_id as id from due
      where installation_id = ${installation.id} and stage = ${stage} order by 1`.execute(
      database.db,
    )
    return rows.map(({ id }) => id)
  }
  const count = async (table: string) => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}
      where installation_id = ${installation.id}`.execute(database.db)
    return rows[0]?.n
  }
  const acknowledge = (id: string) =>
    sql`insert into written (installation_id, subject_kind, subject_id, written_values, written_at, sent_at)
      select ${installation.id}, 'person', person_id, written_values, as_of, as_of from score
      where installation_id = ${installation.id} and person_id = ${id}`.execute(database.db)
  const fillFormerLife = async () => {
    const people = ['1', '2'].map((id) => crm.person(id, { first_name: `P${id}` }, 'c'))
    const company = crm.company('c', { name: 'Acme', domain: 'acme.example' })
    await crm.says({ people, companies: [company], activities: [crm.visit('1', 'a')] })
    await acknowledge('1')
    const run = { kind: 'delta', since: here.clock.now(), startedAt: here.clock.now() } as const
    await startRun(database.db, installation.id, { ...run, until: here.clock.now() }, [
      ['contacts'],
    ])
    return { people, company }
  }
  const uninstalled = () =>
    setStatus(database.db, installation.id, 'disconnected', 'uninstalled', here.clock.now())

  test('after an uninstallation begins anew: nothing of before is read on, scored or written', async () => {
    await fillFormerLife()
    await uninstalled()
    for (const stage of ['write_back', 'score', 'fetch', 'task'] as const) {
      await mark(database.db, installation.id, stage, 'person', ['1', '2'], here.clock.now())
    }
    await here.browser().install()
    expect(await listInstallations(database.db)).toMatchObject([
      { id: installation.id, status: 'active', statusReason: null },
    ])
    expect(await runningSync(database.db, installation.id)).toBeNull()
    expect(await dueIn('sync')).toEqual(['delta', 'full'])
    for (const stage of ['write_back', 'score', 'fetch', 'task', 'enrich']) {
      expect(await dueIn(stage)).toEqual([])
    }
    for (const table of ['written', 'score', 'account_score', 'person_key', 'account_link']) {
      expect(await count(table)).toBe(0)
    }
    expect(await count('score_receipt')).toBe(2)
  })

  test('scores and writes whoever is there still, however long unchanged, and nobody else', async () => {
    const { people, company } = await fillFormerLife()
    await uninstalled()
    await here.browser().install()
    await crm.says({ people: people.slice(0, 1), companies: [company] })
    expect(await crm.score('1')).toBeDefined()
    expect(await crm.score('2')).toBeUndefined()
    expect(await dueIn('write_back')).toEqual(['1', 'c'])
    expect(await count('written')).toBe(0)
  })

  test('while it is connected loses nothing', async () => {
    await fillFormerLife()
    await here.browser().install()
    expect(await crm.score('1')).toBeDefined()
    expect(await count('written')).toBe(1)
    expect(await runningSync(database.db, installation.id)).not.toBeNull()
  })

  test('is told in the audit log, with what was granted', async () => {
    await uninstalled()
    await here.browser().install()
    const entries = await auditOf(database.db, installation.id, 'installation.connected', 9)
    expect(entries.map(({ details }) => details['before'])).toEqual(['disconnected', null])
    expect(entries[0]?.details['scopes']).toContain('oauth')
  })

  test('a connection that ended stays ended, whatever work under way finds out', async () => {
    await uninstalled()
    await setStatus(database.db, installation.id, 'paused', 'no tokens', here.clock.now())
    expect(await listInstallations(database.db)).toMatchObject([{ status: 'disconnected' }])
  })
})
