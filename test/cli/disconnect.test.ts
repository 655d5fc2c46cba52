import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { countRows } from '../../src/store/account-erasure.ts'
import { auditOf } from '../../src/store/audit.ts'
import { type Installation, listInstallations } from '../../src/store/installations.ts'
import { plumbline } from '../helpers/cli.ts'
import { useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { smallCrm } from '../helpers/small-crm.ts'
import { type Installer, openInstaller } from '../http/installer.ts'

describe('plumbline disconnect', () => {
  const database = useDatabase()
  let here: Installer
  let installation: Installation
  beforeEach(async () => {
    await sql`delete from installation`.execute(database.db)
    here = await openInstaller(database.db)
    await here.browser().install()
    installation = await only()
    const crm = smallCrm(database.db, installation, here.clock)
    await crm.says({ people: [crm.person('1', { first_name: 'Ann' })] })
  })
  afterEach(() => here.close())

  const only = async () => {
    const [first] = await listInstallations(database.db)
    if (!first) throw new Error('nothing is installed')
    return first
  }
  const disconnect = (variables: Readonly<Record<string, string>>, ...args: string[]) =>
    plumbline(['disconnect', ...args], {
      DATABASE_URL: database.url,
      PLUMBLINE_SECRET: TEST_SECRET,
      HUBSPOT_CLIENT_ID: 'client-1',
      HUBSPOT_CLIENT_SECRET: 'secret-1',
      HUBSPOT_API_URL: here.sandboxUrl,
      ...variables,
    }).ended
  const removals = async () => {
    const { byRoute } = await here.ledger()
    return Object.keys(byRoute).filter((route) => route.startsWith('DELETE /appinstalls'))
  }

  test('removes the app, forgets the tokens, stops the work, and says what stays', async () => {
    const { code, stdout, stderr } = await disconnect({}, '4711')
    expect(code, stderr).toBe(0)
    for (const words of [
      'the app is removed from it',
      'keep their last values',
      'plumbline disconnect 4711 --erase',
    ]) {
      expect(stdout).toContain(words)
    }
    expect(await removals()).toHaveLength(1)
    expect(await only()).toMatchObject({ id: installation.id, status: 'disconnected' })
    const { rows } = await sql<{ tokens: unknown }>`select tokens from installation`.execute(
      database.db,
    )
    expect(rows).toEqual([{ tokens: null }])
    const [entry] = await auditOf(database.db, installation.id, 'installation.disconnected', 1)
    expect(entry?.details).toEqual({ removedFromCrm: true })
    expect(entry?.actor).not.toBe('plumbline')
  })

  test('deletes everything on request, and proves it', async () => {
    const { code, stdout } = await disconnect({}, '4711', '--erase', '--yes', '--json')
    expect(code).toBe(0)
    const told = JSON.parse(stdout)
    expect(told).toMatchObject({ accountId: '4711', erased: true, removedFromCrm: true, left: 0 })
    expect(told.rows).toMatchObject({ person: 1, fact_version: 1, score: 1 })
    expect(await countRows(database.db, installation.id)).toEqual({})
    const left = await only()
    expect(left).toMatchObject({ accountId: '4711', status: 'disconnected' })
    expect(await countRows(database.db, left.id)).toEqual({ audit_log: 1 })
    const [entry] = await auditOf(database.db, left.id, 'installation.erased', 1)
    expect(entry?.details['rows']).toEqual(told.rows)
    await here.browser().install()
    expect(await only()).toMatchObject({ id: left.id, status: 'active' })
  })

  test('changes nothing when the CRM does not answer, and says how to go on', async () => {
    const gone = { HUBSPOT_CLIENT_SECRET: 'another' }
    await here.control('__faults', {
      faults: [{ match: { route: '/appinstalls' }, do: { kind: 'status', status: 401 } }],
    })
    const { code, stderr } = await disconnect(gone, '4711')
    expect(code).toBe(1)
    expect(stderr).toContain('--local')
    expect(stderr).toContain('Nothing was changed here')
    expect(stderr).not.toContain('    at ')
    expect(await only()).toMatchObject({ status: 'active' })
    const local = await disconnect(gone, '4711', '--local', '--json')
    expect(JSON.parse(local.stdout)).toMatchObject({ removedFromCrm: false })
    expect(await only()).toMatchObject({ status: 'disconnected' })
  })

  test('needs no app for an account that is disconnected already', async () => {
    await disconnect({}, '4711')
    const none = { HUBSPOT_CLIENT_ID: '', HUBSPOT_CLIENT_SECRET: '' }
    const { code, stdout } = await disconnect(none, '4711', '--erase')
    expect(code).toBe(0)
    expect(stdout).toContain('Left: 0.')
  })

  test('an account that is not there is told with those that are', async () => {
    const { code, stderr } = await disconnect({}, '1')
    expect(code).toBe(1)
    expect(stderr).toContain('hubspot/4711')
  })
})
