import { beforeAll, describe, expect, test } from 'vitest'
import { auditOf } from '../../src/store/audit.ts'
import { backlog } from '../../src/store/due-backlog.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock } from '../helpers/deps.ts'
import { type SmallCrm, smallCrm } from '../helpers/small-crm.ts'

describe('plumbline duplicates', () => {
  const database = useDatabase()
  const command = (...args: string[]) => plumbline(args, { DATABASE_URL: database.url }).ended
  const run = (...args: string[]) => command('duplicates', ...args)

  test('says that nothing is installed', async () => {
    expect(await run()).toMatchObject({ code: 0, stdout: expect.stringContaining('npm run demo') })
    expect((await run('--json')).stdout).toBe('[]\n')
  })

  describe('with a CRM', () => {
    let crm: SmallCrm
    beforeAll(async () => {
      const installation = await makeInstallation(database.db)
      crm = smallCrm(database.db, installation, movableClock(new Date('2026-11-20T12:00:00Z')))
      const ann = { first_name: 'Ann', last_name: 'Lee', email: 'ann@acme.com' }
      await crm.says({
        companies: [
          crm.company('c', { name: 'Acme \u001b[31mLtd', domain: 'acme.com' }),
          crm.company('d', { name: 'Beta', domain: 'beta.com' }),
          crm.company('e', { name: 'Beta Labs', domain: 'beta.com' }),
        ],
        people: [
          crm.person('12', ann),
          crm.person('15', { email: 'Ann@ACME.com' }),
          crm.person('16', { ...ann, email: 'a.lee@acme.com' }),
          crm.person('20', { email: 'bob@beta.com' }),
        ],
      })
    })

    test('lists who they are, why, and where accounts are ambiguous', async () => {
      const { code, stdout } = await run()
      expect(code).toBe(0)
      expect(stdout).toContain('1 person with several records, 3 records in all')
      expect(stdout).toContain('same e-mail address; same name and e-mail domain:')
      expect(stdout).toMatch(/record 12, Ann Lee, ann@acme\.com, Acme +Ltd/)
      expect(stdout).toContain(
        '1 person at beta.com without an account: it is the domain of Beta (d), Beta Labs (e)',
      )
      expect(stdout).toContain('plumbline duplicates --score-as-one email')
      expect(stdout).not.toContain('\u001b[31m')
    })

    test('as JSON', async () => {
      expect(JSON.parse((await run('--json', '--limit', '1')).stdout)).toMatchObject([
        {
          rule: 'report',
          people: 1,
          records: 3,
          groups: [
            {
              basis: ['email', 'name_domain'],
              people: [{ id: '12', name: 'Ann Lee', email: 'ann@acme.com' }, {}, { id: '16' }],
            },
          ],
          tooLarge: [],
          ambiguousDomains: [{ domain: 'beta.com', people: 1 }],
        },
      ])
    })

    test('changes the rule on request, says what follows and how to undo it', async () => {
      const { stdout } = await run('--score-as-one', 'email')
      expect(stdout).toContain('same e-mail address are scored as one person')
      expect(stdout).toContain('2 records will be scored again')
      expect(stdout).toContain('To undo: plumbline duplicates --report-only')
      expect(await backlog(database.db, crm.installationId, new Date())).toMatchObject({ score: 2 })
      const [entry] = await auditOf(database.db, crm.installationId, 'duplicates.rule_changed', 1)
      expect(entry?.details).toEqual({ before: 'report', after: 'email', rescored: 2 })
      expect(entry?.actor).not.toBe('')
      expect((await run('--score-as-one', 'email')).stdout).toContain('Nothing to change')
    })

    test('what a score rests on is explained', async () => {
      await crm.says({ activities: [crm.visit('15', 'a')] })
      const { stdout } = await command('explain', '12')
      expect(stdout).toMatch(/Account: Acme +Ltd \(by e-mail domain; not confirmed in the CRM\)/)
      expect(stdout).toContain('Scored together with record 15 (same e-mail address)')
      expect(JSON.parse((await command('explain', '15', '--json')).stdout)).toMatchObject([
        { identity: { others: ['12'], account: { id: 'c', basis: 'domain' } } },
      ])
    })

    test('and goes back', async () => {
      const { stdout } = await run('--report-only', '--json')
      expect(JSON.parse(stdout)).toMatchObject({ before: 'email', after: 'report', rescored: 2 })
    })

    test('what cannot be is refused with what can', async () => {
      const odd = await run('--score-as-one', 'phone')
      expect(odd).toMatchObject({ code: 1, stderr: expect.stringContaining('email_and_name') })
      const both = await run('--score-as-one', 'email', '--report-only')
      expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining('--report-only') })
    })

    test('with a second installation the one to change must be named', async () => {
      const second = await makeInstallation(database.db)
      const unnamed = await run('--score-as-one', 'email')
      expect(unnamed).toMatchObject({ code: 1, stderr: expect.stringContaining('--installation') })
      const named = await run('--score-as-one', 'email', '--installation', second.accountId)
      expect(named).toMatchObject({ code: 0, stdout: expect.stringContaining('0 records') })
      const listed = JSON.parse((await run('--json')).stdout)
      expect(listed).toMatchObject([{ rule: 'report' }, { rule: 'email', people: 0 }])
      const one = JSON.parse((await run('--json', '--installation', second.accountId)).stdout)
      expect(one).toMatchObject([{ accountId: second.accountId }])
    })
  })
})
