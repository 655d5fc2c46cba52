import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listInstallations } from '../../src/store/installations.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { readTokens } from '../../src/store/tokens.ts'
import { useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { type Installer, openInstaller } from './installer.ts'

describe('installing through the browser', () => {
  const database = useDatabase()
  let here: Installer
  beforeEach(async () => {
    await sql`delete from installation`.execute(database.db)
    here = await openInstaller(database.db)
  })
  afterEach(() => here.close())
  const installations = () => listInstallations(database.db)
  const tokenCalls = async () => (await here.ledger()).byRoute['POST /oauth/token'] ?? 0

  test('connects the account and keeps what was granted', async () => {
    const { status, text } = await here.browser().install()
    expect(status).toBe(200)
    expect(text).toContain('hubspot account 4711 is connected')
    expect(text).not.toContain('not granted')
    expect(await installations()).toMatchObject([
      { accountId: '4711', status: 'active', notGranted: [] },
    ])
    const { rows } = await sql<{ scopes: string[] }>`select scopes from installation`.execute(
      database.db,
    )
    expect(rows[0]?.scopes).toContain('crm.objects.deals.read')
  })

  test('says in words what an admin did not grant', async () => {
    const withheld = ['crm.objects.deals.read']
    const answer = await here.control('__portal', { withheldScopes: withheld })
    expect(answer.ok, await answer.text()).toBe(true)
    const { text } = await here.browser().install()
    expect(text).toContain('Deals were not granted: conversions cannot be learned.')
    expect((await installations())[0]?.notGranted).toHaveLength(1)
  })

  test('the cookie is for this browser alone, and over https never goes another way', async () => {
    const { setCookie } = await here.browser().start()
    expect(setCookie).toMatch(/^plumbline-install=[\w-]{22};/)
    for (const part of ['HttpOnly', 'SameSite=Lax', 'Max-Age=600', 'Path=/']) {
      expect(setCookie).toContain(part)
    }
    expect(setCookie).not.toContain('Secure')
    const secure = await openInstaller(database.db, { scheme: 'https' })
    const { setCookie: overHttps } = await secure.browser().start()
    await secure.close()
    expect(overHttps).toMatch(/^__Host-plumbline-install=/)
    expect(overHttps).toContain('Secure')
    expect(overHttps).not.toContain('Domain')
  })

  test('a callback in a browser that did not start it buys no token', async () => {
    const [admin, other, third] = [here.browser(), here.browser(), here.browser()]
    const { consentUrl } = await admin.start()
    const callback = await admin.agree(consentUrl)
    await other.start()
    for (const stranger of [other, third]) {
      const { status, text } = await stranger.arrive(callback)
      expect(status).toBe(400)
      expect(text).toContain('did not start the installation')
      expect(text).toContain('href="/install/hubspot"')
    }
    expect(await tokenCalls()).toBe(0)
    expect(await installations()).toEqual([])
    expect((await admin.arrive(callback)).status).toBe(200)
  })

  test('a callback works once, even for somebody who kept the cookie', async () => {
    const admin = here.browser()
    const { consentUrl } = await admin.start()
    const kept = new Map(admin.cookies)
    const callback = await admin.agree(consentUrl)
    await admin.arrive(callback)
    expect(admin.cookies.size).toBe(0)
    expect((await admin.arrive(callback)).text).toContain('has finished it already')
    for (const [name, value] of kept) admin.cookies.set(name, value)
    const again = await admin.arrive(callback)
    expect(again.status).toBe(400)
    expect(again.text).toContain('finished already')
  })

  test('after ten minutes it is too late', async () => {
    const admin = here.browser()
    const { consentUrl } = await admin.start()
    const callback = await admin.agree(consentUrl)
    here.clock.moveTo(new Date(here.clock.now().getTime() + 10 * 60_000 + 1))
    const { status, text } = await admin.arrive(callback)
    expect(status).toBe(400)
    expect(text).toContain('too old')
    expect(await tokenCalls()).toBe(0)
  })

  test('two admins at once install one account once, with the tokens of one of them', async () => {
    const answers = await Promise.all([here.browser().install(), here.browser().install()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const [only, ...others] = await installations()
    expect(others).toEqual([])
    expect(only).toMatchObject({ status: 'active' })
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from model_version
      where status = 'live'`.execute(database.db)
    expect(rows).toEqual([{ n: 1 }])
    const { rows: runs } = await sql<{ id: string }>`select subject_id as id from due
      where stage = 'sync' order by 1`.execute(database.db)
    expect(runs.map(({ id }) => id)).toEqual(['delta', 'full'])
  })

  test('the tokens of an earlier consent are not used any more', async () => {
    await here.browser().install()
    const [installation] = await installations()
    const box = createSecretBox(TEST_SECRET)
    const first = await readTokens(database.db, box, installation?.id ?? '')
    await here.browser().install()
    const second = await readTokens(database.db, box, installation?.id ?? '')
    expect(second.accessToken).not.toBe(first.accessToken)
    expect(second.refreshToken).not.toBe(first.refreshToken)
    expect(await installations()).toHaveLength(1)
  })

  test('accounts stand side by side', async () => {
    const other = await openInstaller(database.db, { portalId: 4712 })
    await here.browser().install()
    await other.browser().install()
    await other.close()
    expect((await installations()).map(({ accountId }) => accountId)).toEqual(['4711', '4712'])
  })

  test('a CRM without a journal can be installed all the same', async () => {
    await here.control('__faults', {
      faults: [{ match: { route: '/webhooks-journal' }, do: { kind: 'status', status: 500 } }],
    })
    expect((await here.browser().install()).status).toBe(200)
  })
})
