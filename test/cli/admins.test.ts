import { beforeEach, describe, expect, test } from 'vitest'
import { isInvited } from '../../src/store/admin-invites.ts'
import { openSession, readSession } from '../../src/store/admin-sessions.ts'
import { type Admin, addAdmin, findAdmin } from '../../src/store/admins.ts'
import { plumbline } from '../helpers/cli.ts'
import { useDatabase } from '../helpers/database.ts'
import { deeds, forgetAdmins } from '../http/admin-site.ts'

describe('plumbline admins', () => {
  const database = useDatabase()
  beforeEach(() => forgetAdmins(database.db))
  const run = (...args: string[]) =>
    plumbline(['admins', ...args], {
      DATABASE_URL: database.url,
      PLUMBLINE_URL: 'https://plumbline.example',
    }).ended
  const made = async (name: string): Promise<{ admin: Admin; session: string }> => {
    const admin = await addAdmin(database.db, name, 'stored', new Date())
    const session = admin && (await openSession(database.db, admin, new Date()))
    if (!session) throw new Error('the admin was not made')
    return { admin, session }
  }
  const isOpen = async (session: string) =>
    (await readSession(database.db, session, new Date())) !== null

  test('says how to begin where there is none, and lists them otherwise', async () => {
    expect((await run()).stdout).toContain('plumbline admins --invite')
    await made('Ada')
    await made('Bob')
    const { stdout } = await run()
    expect(stdout).toMatch(/^name\s+since\s+password since\nAda .*\nBob /)
    expect(JSON.parse((await run('--json')).stdout)).toMatchObject([
      { name: 'Ada' },
      { name: 'Bob' },
    ])
    expect(stdout).not.toContain('stored')
  })

  test('prints a link that can be used, and ends the one before', async () => {
    const tokenIn = (text: string) =>
      /https:\/\/plumbline\.example\/admin\/setup\?token=([\w-]{22})/.exec(text)?.[1] ?? ''
    const works = (token: string) => isInvited(database.db, token, new Date())
    const first = tokenIn((await run('--invite')).stdout)
    expect(await works(first)).toBe(true)
    const second = tokenIn(JSON.parse((await run('--invite', '--json')).stdout).link)
    expect([await works(first), await works(second)]).toEqual([false, true])
    const [entry] = await deeds(database.db)
    expect(entry).toMatchObject({ action: 'admin.invited', details: {} })
  })

  test('removes an admin and their sessions, and nobody else', async () => {
    const [ada, bob] = [await made('Ada'), await made('Bob')]
    const { code, stdout } = await run('--remove', 'ada', '--yes')
    expect(code).toBe(0)
    expect(stdout).toContain('Ada is removed')
    expect(await findAdmin(database.db, 'Ada')).toBeNull()
    expect([await isOpen(ada.session), await isOpen(bob.session)]).toEqual([false, true])
    const { stdout: last } = await run('--remove', 'Bob', '--yes')
    expect(last).toContain('Nobody can sign in now')
    const log = await deeds(database.db)
    expect(log.map(({ action, details }) => [action, details])).toEqual([
      ['admin.removed', { name: 'Ada' }],
      ['admin.removed', { name: 'Bob' }],
    ])
  })

  test('an unknown name is told with those that are there', async () => {
    await made('Ada')
    const { code, stderr } = await run('--remove', 'Eve')
    expect(code).toBe(1)
    expect(stderr).toContain('no administrator "Eve". There is: Ada')
    expect(stderr).not.toContain('    at ')
  })

  test('signs everybody out', async () => {
    const sessions = [(await made('Ada')).session, (await made('Bob')).session]
    expect((await run('--sign-out')).stdout).toContain('2 sessions ended')
    for (const session of sessions) expect(await isOpen(session)).toBe(false)
    expect(JSON.parse((await run('--sign-out', '--json')).stdout)).toEqual({ sessions: 0 })
    expect(await deeds(database.db)).toMatchObject([
      { action: 'admin.all_signed_out', details: { sessions: 2 } },
      { action: 'admin.all_signed_out', details: { sessions: 0 } },
    ])
  })

  test('one thing at a time', async () => {
    const { code, stderr } = await run('--invite', '--sign-out')
    expect(code).not.toBe(0)
    expect(stderr).toContain('cannot be used with')
  })
})
