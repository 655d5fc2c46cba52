import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { useDatabase } from '../helpers/database.ts'
import {
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

describe('the forms of the pages for admins', () => {
  const database = useDatabase()
  let site: Site
  beforeEach(async () => {
    await forgetAdmins(database.db)
    await makeAdmin(database.db)
    site = await openSite(database.db)
  })
  afterEach(() => site.close())
  const signedIn = () => signedInAt(site)

  test('a form without the token of this session changes nothing', async () => {
    const [browser, other] = [await signedIn(), await signedIn()]
    const theirs = hiddenIn((await other.get('/')).text)['form'] ?? ''
    const visitors = hiddenIn((await site.browser().get('/admin/sign-in')).text)['form'] ?? ''
    const password = 'another fine password'
    const change = { current: PASSWORD, password, repeated: password }
    for (const form of ['', 'wrong', theirs, visitors]) {
      expect((await browser.post('/admin/sign-out', { form })).status).toBe(403)
      expect((await browser.post('/admin/password', { ...change, form })).status).toBe(403)
    }
    expect((await browser.post('/admin/sign-out', {})).status).toBe(400)
    expect((await browser.get('/admin/sign-out')).status).toBe(404)
    expect(await isIn(browser)).toBe(true)
    expect((await site.browser().signIn()).status).toBe(303)
    const stranger = site.browser()
    const fields = { name: 'Ada', password: PASSWORD, form: visitors }
    expect((await stranger.post('/admin/sign-in', fields)).status).toBe(403)
    expect(stranger.cookies.has(SESSION)).toBe(false)
  })

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 303],
    [{ origin: 'http://127.0.0.1' }, 303],
  ])(
    'a form that comes with %j is answered %i, though its token is right',
    async (headers, status) => {
      const browser = await signedIn()
      const { form = '' } = hiddenIn((await browser.get('/')).text)
      expect((await browser.post('/admin/sign-out', { form }, headers)).status).toBe(status)
      expect(await isIn(browser)).toBe(status === 403)
    },
  )

  test('another password ends all sessions but the one it is set in, which gets a new cookie', async () => {
    const [browser, other] = [await signedIn(), await signedIn()]
    const before = browser.cookies.get(SESSION) ?? ''
    const password = 'another fine password'
    const change = { current: PASSWORD, password, repeated: password }
    const refusals: readonly (readonly [Record<string, string>, string])[] = [
      [{ ...change, current: 'wrong' }, 'current password is wrong'],
      [{ ...change, repeated: 'x' }, 'differ'],
      [{ current: PASSWORD, password: PASSWORD, repeated: PASSWORD }, 'is the current one'],
      [{ current: PASSWORD, password: 'short', repeated: 'short' }, 'has 5 characters'],
    ]
    for (const [fields, words] of refusals) {
      const { status, text } = await browser.fill('/admin/password', fields)
      expect(status).toBe(422)
      expect(text).toContain(words)
    }
    expect(await isIn(other)).toBe(true)
    expect((await browser.fill('/admin/password', change)).text).toContain('is changed')
    expect(await isIn(browser)).toBe(true)
    expect(browser.cookies.get(SESSION)).not.toBe(before)
    const thief = site.browser()
    thief.cookies.set(SESSION, before)
    expect([await isIn(thief), await isIn(other)]).toEqual([false, false])
    expect((await site.browser().signIn()).status).toBe(401)
    expect((await site.browser().signIn('ada', password)).status).toBe(303)
  })

  test('a body that is too long or no form is refused', async () => {
    const browser = site.browser()
    const long = await browser.post('/admin/sign-in', { name: 'x'.repeat(10_000) })
    expect(long.status).toBe(413)
    const json = await browser.post('/admin/sign-in', {}, { 'content-type': 'application/json' })
    expect(json.status).toBe(400)
  })

  test('no page carries a script', async () => {
    const browser = await signedIn()
    for (const path of ['/', '/admin/sign-in', '/admin/password', '/admin/setup?token=x']) {
      const { text } = await browser.get(path)
      expect(text).not.toMatch(/<script|javascript:|\son\w+=/i)
    }
  })
})
