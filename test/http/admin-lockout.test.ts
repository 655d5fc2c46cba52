import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPasswords, hashPassword, TooBusy } from '../../src/http/admin/passwords.ts'
import { useDatabase } from '../helpers/database.ts'
import {
  CHEAP,
  deeds,
  forgetAdmins,
  makeAdmin,
  openSite,
  PASSWORD,
  type Site,
} from './admin-site.ts'

const MINUTE = 60_000

describe('guessing passwords', () => {
  const database = useDatabase()
  let site: Site
  beforeEach(async () => {
    await forgetAdmins(database.db)
    await makeAdmin(database.db)
    await makeAdmin(database.db, 'Bob')
    site = await openSite(database.db)
  })
  afterEach(() => site.close())
  const tried = async (name: string, address: string, password = 'wrong') =>
    (await site.browser(address).signIn(name, password)).status

  test('after ten failures a name has to wait, from wherever, until the first is 15 minutes old', async () => {
    for (let n = 1; n <= 10; n += 1) expect(await tried('Ada', `192.0.2.${n}`)).toBe(401)
    site.pass(5 * MINUTE)
    const { status, headers, text } = await site.browser('192.0.2.99').signIn('ADA')
    expect(status).toBe(429)
    expect(headers.get('retry-after')).toBe('600')
    expect(text).toContain('Wait 10 minutes')
    expect(await tried('Bob', '192.0.2.99', PASSWORD)).toBe(303)
    // Another process knows it, too.
    const second = await openSite(database.db)
    expect((await second.browser('192.0.2.98').signIn('Ada')).status).toBe(429)
    await second.close()
    site.pass(10 * MINUTE - 1)
    expect(await tried('Ada', '192.0.2.99', PASSWORD)).toBe(429)
    site.pass(1)
    expect(await tried('Ada', '192.0.2.99', PASSWORD)).toBe(303)
  })

  test('after ten failures an address has to wait, whatever the names, and others need not', async () => {
    for (let n = 1; n <= 10; n += 1) expect(await tried(`nobody ${n}`, '2001:db8::1')).toBe(401)
    // The same network of IPv6, which one customer has as a whole.
    expect(await tried('Ada', '2001:db8::2', PASSWORD)).toBe(429)
    expect(await tried('Ada', '2001:db8:1::1', PASSWORD)).toBe(303)
  })

  test('a hundred tries at once are no more than ten', async () => {
    const browser = site.browser()
    const page = await browser.get('/admin/sign-in')
    const form = /name="form" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const fields = { name: 'Ada', password: 'wrong', form }
        return (await browser.post('/admin/sign-in', fields)).status
      }),
    )
    expect(statuses.filter((status) => status === 401)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(90)
    const failures = (await deeds(database.db)).filter(
      ({ action }) => action === 'admin.sign_in_failed',
    )
    expect(failures).toHaveLength(10)
  })

  test('whoever has only the cookie cannot guess the password on the page that changes it', async () => {
    const browser = site.browser()
    await browser.signIn()
    const password = 'another fine password'
    const guess = (current: string) =>
      browser.fill('/admin/password', { current, password, repeated: password })
    for (let n = 1; n <= 10; n += 1) expect((await guess(`guess ${n}`)).status).toBe(422)
    expect((await guess(PASSWORD)).status).toBe(429)
  })

  test('what succeeds does not count', async () => {
    for (let n = 1; n <= 12; n += 1) expect(await tried('Ada', '192.0.2.1', PASSWORD)).toBe(303)
  })

  test('passwords are looked at one by one, and too many at once are sent away', async () => {
    const passwords = createPasswords()
    const stored = await hashPassword(PASSWORD, CHEAP)
    const verdicts = await Promise.allSettled(
      Array.from({ length: 17 }, () => passwords.verify(PASSWORD, stored)),
    )
    const refused = verdicts.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
    expect(refused).toEqual([expect.any(TooBusy)])
    expect(await passwords.verify(PASSWORD, stored)).toBe('outdated')
    expect(await passwords.verify('wrong', stored)).toBe('wrong')
    expect(await passwords.verify(PASSWORD, null)).toBe('wrong')
    expect(await passwords.verify(PASSWORD, await passwords.hash(PASSWORD))).toBe('right')
  })
})
