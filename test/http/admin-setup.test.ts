import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { firstSteps } from '../../src/http/admin/setup-link.ts'
import { INVITE_LIFETIME_MS, invite } from '../../src/store/admin-invites.ts'
import { listAdmins } from '../../src/store/admins.ts'
import { useDatabase } from '../helpers/database.ts'
import {
  deeds,
  forgetAdmins,
  makeAdmin,
  openSite,
  PASSWORD,
  type Site,
  START,
} from './admin-site.ts'

describe('setting up an admin', () => {
  const database = useDatabase()
  let site: Site
  let link: string
  beforeEach(async () => {
    await forgetAdmins(database.db)
    site = await openSite(database.db)
    link = await newLink()
  })
  afterEach(() => site.close())

  const newLink = async () =>
    `/admin/setup?token=${(await invite(database.db, 'root', site.clock.now())).token}`
  const names = async () => (await listAdmins(database.db)).map(({ name }) => name)
  const filled = (password = PASSWORD, name = 'Ada') => ({ name, password, repeated: password })

  test('a name and a password are stored, and the new admin is signed in', async () => {
    const browser = site.browser()
    const { status, headers } = await browser.fill(link, filled())
    expect({ status, to: headers.get('location') }).toEqual({ status: 303, to: '/' })
    expect((await browser.get('/')).text).toContain('signed in as Ada')
    expect((await site.browser().signIn()).status).toBe(303)
    const { rows } = await sql<{ password: string }>`select password from admin`.execute(
      database.db,
    )
    expect(rows[0]?.password).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$/)
  })

  test('the token works once, and is not stored as it is', async () => {
    const { rows } = await sql<{ hash: Buffer }>`
      select token_hash as hash from admin_invite`.execute(database.db)
    expect(rows[0]?.hash).toHaveLength(32)
    expect(link).not.toContain(rows[0]?.hash.toString('base64url'))
    const [first, second] = [site.browser(), site.browser()]
    const forms = await Promise.all([
      first.fill(link, filled(PASSWORD, 'Ada')),
      second.fill(link, filled(PASSWORD, 'Bob')),
    ])
    expect(forms.map(({ status }) => status).toSorted()).toEqual([303, 403])
    expect(await names()).toHaveLength(1)
    const { status, text } = await site.browser().get(link)
    expect(status).toBe(403)
    expect(text).toContain('plumbline admins --invite')
  })

  test('a token that is wrong, missing, replaced or 24 hours old opens nothing', async () => {
    const browser = site.browser()
    expect((await browser.get('/admin/setup?token=wrong')).status).toBe(403)
    expect((await browser.get('/admin/setup')).status).toBe(400)
    const newer = await newLink()
    expect((await browser.get(link)).status).toBe(403)
    site.pass(INVITE_LIFETIME_MS - 1)
    const form = await browser.get(newer)
    expect(form.status).toBe(200)
    site.pass(1)
    expect((await browser.get(newer)).status).toBe(403)
    expect((await browser.fill('/admin/sign-in', {})).status).toBe(400)
    expect(await names()).toEqual([])
  })

  test('a form that is sent after the link has ended sets up nobody', async () => {
    const browser = site.browser()
    await browser.get(link)
    site.pass(INVITE_LIFETIME_MS)
    const [, token = ''] = link.split('token=')
    const { formToken } = await import('../../src/http/admin/form-guard.ts')
    const form = formToken(browser.cookies.get('plumbline-visitor') ?? '')
    const { status } = await browser.post('/admin/setup', { ...filled(), token, form })
    expect(status).toBe(403)
    expect(await names()).toEqual([])
  })

  test.each([
    ['elevenchars', 'has 11 characters'],
    ['é'.repeat(11), 'has 11 characters'],
    ['Password1234', 'tried first'],
    ['123456789012', 'tried first'],
    ['aaaaaaaaaaaaaaa', 'tried first'],
    ['abcabcabcabcabc', 'tried first'],
    ['qwertyuiopas', 'tried first'],
    ['letmeinletmein', 'tried first'],
    ['correct horse '.repeat(20), 'has 280 characters'],
  ])('the password %s is refused in words, and the link stays good', async (password, words) => {
    const { status, text } = await site.browser().fill(link, filled(password))
    expect(status).toBe(422)
    expect(text).toContain(words)
    expect(text).not.toContain(password)
    expect(text).toContain('value="Ada"')
    expect(await names()).toEqual([])
    expect((await site.browser().get(link)).status).toBe(200)
  })

  test('the name as the password, passwords that differ, and unseen names are refused', async () => {
    const refused = async (fields: Record<string, string>) => {
      const { status, text } = await site.browser().fill(link, fields)
      expect(status).toBe(422)
      return /<p role="alert">(.*?)</.exec(text)?.[1]
    }
    const name = 'Ada of Lovelace'
    expect(await refused(filled('ADA of lovelace', name))).toContain('must not be the name')
    expect(await refused({ ...filled(), repeated: 'another' })).toContain('differ')
    for (const unseen of ['  ', 'a\u202eb', 'x'.repeat(65)]) {
      expect(await refused(filled(PASSWORD, unseen))).toContain('1 to 64 visible characters')
    }
  })

  test('a name that is taken is told, whatever its letters, and the link stays good', async () => {
    await makeAdmin(database.db)
    const { status, text } = await site.browser().fill(link, filled(PASSWORD, 'ａｄａ'))
    expect(status).toBe(400)
    expect(text).toContain('of that name already')
    expect((await site.browser().fill(link, filled(PASSWORD, 'Bob'))).status).toBe(303)
    expect(await names()).toEqual(['Ada', 'Bob'])
  })

  test('a form that was not shown in this browser sets up nobody', async () => {
    const [, token = ''] = link.split('token=')
    const [browser, other] = [site.browser(), site.browser()]
    await other.get(link)
    const { formToken } = await import('../../src/http/admin/form-guard.ts')
    const form = formToken(other.cookies.get('plumbline-visitor') ?? '')
    expect((await browser.post('/admin/setup', { ...filled(), token, form })).status).toBe(403)
    await browser.get(link)
    expect((await browser.post('/admin/setup', { ...filled(), token, form })).status).toBe(403)
    expect((await browser.post('/admin/setup', { ...filled(), token })).status).toBe(400)
    expect(await names()).toEqual([])
  })

  test('looking at pages changes nothing', async () => {
    const before = await everything()
    const browser = site.browser()
    const paths = [link, '/', '/admin/sign-in', '/admin/password', '/admin/sign-out']
    for (const path of paths) await browser.get(`${path}`)
    await browser.get(`${link}&name=Ada&password=${PASSWORD}&repeated=${PASSWORD}`)
    expect(await everything()).toEqual(before)
  })
  const everything = async () => {
    const { rows } = await sql`
      select (select json_agg(a) from admin a) as admins,
        (select json_agg(i) from admin_invite i) as invites,
        (select json_agg(s) from admin_session s) as sessions,
        (select json_agg(t) from sign_in_attempt t) as attempts,
        (select json_agg(l) from audit_log l) as log`.execute(database.db)
    return rows
  }

  test('the operator is told once, until the link has ended or somebody is set up', async () => {
    await forgetAdmins(database.db)
    const told = (ms: number) =>
      firstSteps(database.db, 'https://plumbline.example', new Date(START.getTime() + ms))
    const starts = await Promise.all([told(0), told(0), told(0)])
    const [text = '', ...others] = starts.filter((each) => each !== null)
    expect(others).toEqual([])
    expect(text).toMatch(/https:\/\/plumbline\.example\/admin\/setup\?token=[\w-]{22}\n/)
    expect(await told(INVITE_LIFETIME_MS - 1)).toBeNull()
    const again = await told(INVITE_LIFETIME_MS)
    expect(again).toContain('/admin/setup?token=')
    const [path = ''] = /\/admin\/setup\S+/.exec(again ?? '') ?? []
    site.pass(INVITE_LIFETIME_MS)
    expect((await site.browser().fill(path, filled())).status).toBe(303)
    expect(await told(3 * INVITE_LIFETIME_MS)).toBeNull()
    expect(await deeds(database.db)).toMatchObject([
      { action: 'admin.invited', actor: 'plumbline' },
      { action: 'admin.invited', actor: 'plumbline' },
      { action: 'admin.set_up', actor: 'Ada' },
    ])
  })
})
