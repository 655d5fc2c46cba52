import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { setStatus } from '../../src/store/installations.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import {
  CHEAP,
  deeds,
  forgetAdmins,
  hiddenIn,
  isIn,
  makeAdmin,
  openSite,
  PASSWORD,
  SESSION,
  type Site,
  signedInAt,
} from './admin-site.ts'

const HOUR = 3_600_000

describe('signing in', () => {
  const database = useDatabase()
  let site: Site
  beforeEach(async () => {
    await forgetAdmins(database.db)
    await makeAdmin(database.db)
    site = await openSite(database.db)
  })
  afterEach(() => site.close())
  const signedIn = () => signedInAt(site)

  test('the accounts are shown to admins, escaped, and to nobody else', async () => {
    const { id, accountId } = await makeInstallation(database.db)
    await setStatus(database.db, id, 'paused', '<script>alert(1)</script>', new Date())
    const stranger = await site.browser().get('/')
    expect(stranger.status).toBe(200)
    expect(stranger.text).toContain('href="/admin/sign-in"')
    expect(stranger.text).not.toContain('account ')
    const { text, headers } = await (await signedIn()).get('/')
    expect(text).toContain(`hubspot account ${accountId}: paused (&lt;script&gt;`)
    expect(text).not.toContain('<script')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('a wrong password and an unknown name get the same answer', async () => {
    const answers = await Promise.all(
      [
        { name: 'Ada', password: 'wrong' },
        { name: 'Eve', password: PASSWORD },
      ].map(async (fields) => {
        const { status, text } = await site.browser().fill('/admin/sign-in', fields)
        const form = hiddenIn(text)['form'] ?? ''
        return { status, text: text.replace(form, '').replace(fields.name, '') }
      }),
    )
    expect(answers[0]?.status).toBe(401)
    expect(answers[0]?.text).toContain('Name or password is wrong.')
    expect(answers[1]).toEqual(answers[0])
  })

  test('over http the cookie is for this browser alone; over https it never goes another way', async () => {
    const cookieOf = async (where: Site) => {
      const { headers } = await where.browser().signIn()
      const set = headers.getSetCookie().find((text) => text.includes(SESSION)) ?? ''
      const [pair = '', ...flags] = set.split('; ')
      return { name: pair.split('=')[0], value: pair.split('=')[1] ?? '', flags }
    }
    const plain = await cookieOf(site)
    expect(plain.name).toBe(SESSION)
    expect(plain.value).toMatch(/^[\w-]{43}$/)
    expect(plain.flags.toSorted()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax'])
    const secure = await openSite(database.db, { scheme: 'https' })
    const https = await cookieOf(secure)
    await secure.close()
    expect(https.name).toBe(`__Host-${SESSION}`)
    expect(https.flags.toSorted()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'])
  })

  test('the database holds no token, only hashes', async () => {
    const browser = await signedIn()
    const { rows } = await sql<{ row: string }>`
      select row_to_json(s)::text || encode(token_hash, 'escape') as row from admin_session s`.execute(
      database.db,
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.row).not.toContain(browser.cookies.get(SESSION))
  })

  test('a cookie that was planted beforehand opens nothing afterwards', async () => {
    const browser = site.browser()
    browser.cookies.set(SESSION, 'planted')
    await browser.signIn()
    expect(browser.cookies.get(SESSION)).not.toBe('planted')
    const attacker = site.browser()
    attacker.cookies.set(SESSION, 'planted')
    expect(await isIn(attacker)).toBe(false)
  })

  test('signing in again ends the session that the browser had', async () => {
    await makeAdmin(database.db, 'Bob')
    const browser = await signedIn()
    const former = browser.cookies.get(SESSION) ?? ''
    browser.cookies.delete(SESSION)
    const { text } = await browser.get('/admin/sign-in')
    browser.cookies.set(SESSION, former)
    const fields = { ...hiddenIn(text), name: 'Bob', password: PASSWORD }
    expect((await browser.post('/admin/sign-in', fields)).status).toBe(303)
    const thief = site.browser()
    thief.cookies.set(SESSION, former)
    expect(await isIn(thief)).toBe(false)
    expect((await browser.get('/')).text).toContain('signed in as Bob')
  })

  test('a cookie that was stolen opens nothing after signing out', async () => {
    const browser = await signedIn()
    const thief = site.browser()
    thief.cookies.set(SESSION, browser.cookies.get(SESSION) ?? '')
    expect(await isIn(thief)).toBe(true)
    const { status } = await browser.fill('/', {})
    expect(status).toBe(303)
    expect(browser.cookies.has(SESSION)).toBe(false)
    expect(await isIn(thief)).toBe(false)
    expect((await browser.get('/admin/password')).headers.get('location')).toBe('/admin/sign-in')
  })

  test('a session ends after eight hours without a visit', async () => {
    const browser = await signedIn()
    site.pass(8 * HOUR - 60_000)
    expect(await isIn(browser)).toBe(true)
    site.pass(8 * HOUR - 60_000)
    expect(await isIn(browser)).toBe(true)
    site.pass(8 * HOUR)
    expect(await isIn(browser)).toBe(false)
  })

  test('a session ends after seven days, however busy', async () => {
    const browser = await signedIn()
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      site.pass(6 * HOUR)
      expect(await isIn(browser)).toBe(true)
    }
    site.pass(6 * HOUR)
    expect(await isIn(browser)).toBe(false)
  })

  test('a password that was stored at other costs is stored anew when it is right', async () => {
    const stored = async () => {
      const { rows } = await sql<{ password: string }>`select password from admin`.execute(
        database.db,
      )
      return rows[0]?.password ?? ''
    }
    const before = await stored()
    expect(before).toContain(`ln=${CHEAP.ln},`)
    await site.browser().signIn('Ada', 'wrong')
    expect(await stored()).toBe(before)
    await signedIn()
    const after = await stored()
    expect(after).toContain('ln=17,')
    await signedIn()
    expect(await stored()).toBe(after)
  })

  test('the audit log has what was done, and of failures not what was typed', async () => {
    const browser = await signedIn()
    await site.browser().signIn('my password by mistake', PASSWORD)
    const password = 'another fine password'
    await browser.fill('/admin/password', { current: PASSWORD, password, repeated: password })
    await browser.fill('/', {})
    const log = await deeds(database.db)
    expect(log.map(({ action, actor }) => `${action} by ${actor}`)).toEqual([
      'admin.signed_in by Ada',
      'admin.sign_in_failed by unknown',
      'admin.password_changed by Ada',
      'admin.signed_out by Ada',
    ])
    const text = JSON.stringify(log)
    for (const secret of ['by mistake', PASSWORD, password, '192.0.2.1']) {
      expect(text).not.toContain(secret)
    }
  })

  test('where nobody is set up yet, the page says what to do', async () => {
    await forgetAdmins(database.db)
    const { text } = await site.browser().get('/admin/sign-in')
    expect(text).toContain('plumbline admins --invite')
    expect((await site.browser().signIn()).status).toBe(401)
  })
})
