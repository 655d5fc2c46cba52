import { beforeAll, describe, expect, test } from 'vitest'
import { auditOf } from '../../src/store/audit.ts'
import type { Installation } from '../../src/store/installations.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock } from '../helpers/deps.ts'
import { type SmallCrm, smallCrm } from '../helpers/small-crm.ts'

describe('plumbline erase', () => {
  const database = useDatabase()
  let installation: Installation
  let crm: SmallCrm
  beforeAll(async () => {
    installation = await makeInstallation(database.db)
    crm = smallCrm(database.db, installation, movableClock(new Date('2026-11-20T12:00:00Z')))
    const email = 'ann@acme.example'
    await crm.says({
      people: [crm.person('1234567', { first_name: 'Ann', email }), crm.person('8', { email })],
      companies: [crm.company('1234567', { name: 'Acme' })],
    })
  })
  const run = (...args: string[]) =>
    plumbline(['erase', ...args], { DATABASE_URL: database.url }).ended
  const verify = async (...args: string[]) => {
    const { code, stdout } = await run(...args, '--verify', '--json')
    return { code, ...JSON.parse(stdout) }
  }

  test('--verify says where somebody stands, and fails as long as they do', async () => {
    const { code, traces, left } = await verify('1234567', '--email', 'ANN@acme.example')
    expect(code).toBe(1)
    expect(left).toBeGreaterThan(5)
    const of = (name: string) => traces.find((each: { table: string }) => each.table === name)
    expect(of('person')).toEqual({ table: 'person', about: 1, mentions: 1 })
    expect(of('company')).toEqual({ table: 'company', about: 0, mentions: 0 })
    expect(of('installation')).toEqual({ table: 'installation', about: 0, mentions: 0 })
  })

  test('erases one record, and says how many rows of which tables went', async () => {
    const { code, stdout, stderr } = await run('1234567', '--yes')
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/Erased: .*person 1/)
    expect(stdout).toContain('Left in the database: 0 traces.')
    expect(stdout).not.toContain('1234567')
    const [entry] = await auditOf(database.db, installation.id, 'person.erased', 1)
    expect(stdout).toContain(entry?.id)
    expect(entry?.actor).not.toBe('plumbline')
    expect(await verify('1234567')).toMatchObject({ code: 0, left: 0 })
    const table = await run('1234567', '--verify')
    expect(table.stdout).toContain('Nothing is left.')
    expect(table.stdout).toMatch(/score_receipt +0 +0/)
  })

  test('by e-mail address erases every record that has it', async () => {
    const { code, stdout } = await run('Ann@acme.example', '--yes', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ left: 0, records: [{ rows: { person: 1 } }] })
    expect(await verify('8', '--email', 'ann@acme.example')).toMatchObject({ left: 0 })
  })

  test('keeps out somebody who is not here yet, but not by an address that nobody has', async () => {
    const { stdout } = await run('77', '--yes')
    expect(stdout).toContain('nothing was stored')
    await crm.says({ people: [crm.person('77', { first_name: 'Zoe' })] })
    expect(await crm.score('77')).toBeUndefined()
    const nobody = await run('zoe@acme.example', '--yes')
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('give the record id') })
  })

  test('a company of the same id is another record', async () => {
    expect(await verify('1234567', '--kind', 'company')).toMatchObject({ code: 1 })
    await run('1234567', '--kind', 'company', '--yes')
    expect(await verify('1234567', '--kind', 'company')).toMatchObject({ code: 0, left: 0 })
  })
})
