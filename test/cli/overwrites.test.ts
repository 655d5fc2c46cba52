import { beforeEach, describe, expect, test } from 'vitest'
import { noteOurValues } from '../../jobs/overwrites.ts'
import { auditOf } from '../../src/store/audit.ts'
import { inTransaction } from '../../src/store/database.ts'
import { readSettings } from '../../src/store/settings.ts'
import { plumbline } from '../helpers/cli.ts'
import { useDatabase } from '../helpers/database.ts'
import { type OurCrm, ourCrm } from '../helpers/our-crm.ts'

const NOW = new Date('2026-11-22T12:00:00Z')

describe('plumbline overwrites', () => {
  const database = useDatabase()
  let crm: OurCrm
  const run = (...args: string[]) =>
    plumbline([...args, '--installation', crm.installation.accountId], {
      DATABASE_URL: database.url,
    }).ended
  const set = (...args: string[]) => run('settings', 'overwrites', ...args)

  beforeEach(async () => {
    crm = await ourCrm(database.db)
    await crm.says({ people: [crm.person('1', { title: 'VP Sales', email: 'vp@corp.example' })] })
    await crm.write()
    crm.forward(60_000)
  })

  /** A user makes the tier another one, and the record is read. */
  const overwrite = async () => {
    crm.edits('1', { plumbline_tier: 'Z' })
    await crm.read('1')
  }

  test('says that there are none', async () => {
    const { code, stdout } = await run('overwrites')
    expect(code).toBe(0)
    expect(stdout).toContain('0 fields changed by others')
  })

  test('names the field, both values and when it is restored', async () => {
    await overwrite()
    const { stdout } = await run('overwrites')
    expect(stdout).toMatch(/1 field changed by others\n.*restored: twice at once/)
    expect(stdout).toMatch(/2026-11-22 12:0\d +person 1 +tier +Z +\w+ +1 +restored at 2026-11-22/)
    const [report] = JSON.parse((await run('overwrites', '--json')).stdout) as object[]
    expect(report).toMatchObject({
      setting: 'restore',
      total: 1,
      overwrites: [{ kind: 'person', id: '1', field: 'plumbline_tier', theirs: 'Z', times: 1 }],
    })
  })

  test('the explanation of the person says so too', async () => {
    await overwrite()
    const explain = (...args: string[]) =>
      plumbline(['explain', 'vp@corp.example', ...args], { DATABASE_URL: database.url }).ended
    expect((await explain()).stdout).toMatch(
      /Changed in the CRM: tier says "Z" there, ours is "\w+" \(seen 2026-11-22/,
    )
    expect((await explain('--json')).stdout).toContain('Changed in the CRM')
  })

  test('the setting is shown, changed, and the change is noted', async () => {
    expect((await set()).stdout).toContain('restore: what others change')
    const { stdout } = await set('respect')
    expect(stdout).toContain('respect: what others change in our fields is left to them')
    expect(stdout).toContain('To undo: plumbline settings overwrites restore')
    expect((await readSettings(database.db, crm.installation.id)).overwrites).toBe('respect')
    const [entry] = await auditOf(database.db, crm.installation.id, 'settings.overwrites', 1)
    expect(entry?.details).toEqual({ before: 'restore', after: 'respect' })
    expect(JSON.parse((await set('respect', '--json')).stdout)).toMatchObject({
      overwrites: 'respect',
      restored: 0,
    })
    await overwrite()
    expect((await run('overwrites')).stdout).toContain('theirs until cleared')
  })

  test('going back to restoring writes over what had been respected', async () => {
    await set('respect')
    const { plumbline_tier: ours } = crm.stands('1')
    await overwrite()
    await crm.write()
    expect(crm.stands('1')['plumbline_tier']).toBe('Z')
    expect((await set('restore')).stdout).toContain('1 record will be written again')
    crm.forward(Date.now() - NOW.getTime())
    await crm.write()
    expect(crm.stands('1')['plumbline_tier']).toBe(ours)
    expect((await run('overwrites')).stdout).toContain('0 fields')
  })

  test('what was being restored is left to them from the moment it is respected', async () => {
    await overwrite()
    await set('respect')
    await crm.write()
    expect(crm.stands('1')['plumbline_tier']).toBe('Z')
    crm.edits('1', { plumbline_tier: '' })
    const page = crm.ours('1')
    await inTransaction(database.db, (transaction) =>
      noteOurValues(transaction, crm.installation.id, [page], page.updatedAt),
    )
    await crm.write()
    expect(crm.stands('1')['plumbline_tier']).not.toBe('')
  })

  test('another word is refused with the right ones', async () => {
    const { code, stderr } = await set('ignore')
    expect(code).toBe(1)
    expect(stderr).toContain('It must be restore or respect')
  })
})
