import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSalesforceConnector } from '../../connectors/salesforce/index.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { storedCredentials } from '../../src/store/tokens.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { type Installer, openInstaller } from './installer.ts'
import { useWebServer } from './web-server.ts'

const database = useDatabase()
let installer: Installer
beforeAll(async () => {
  installer = await openInstaller(database.db)
})
afterAll(() => installer.close())

const web = useWebServer(() => database.db)
const salesforce = createSalesforceConnector({
  clientId: 'id',
  clientSecret: 'secret',
  loginUrl: 'http://127.0.0.1:1',
  redirectUrl: 'http://127.0.0.1/oauth/salesforce/callback',
  pubSubEndpoint: '127.0.0.1:1',
})

const formIn = (text: string) => /name="form" value="([^"]+)"/.exec(text)?.[1] ?? ''

describe('whoever signs in with the CRM', () => {
  test('learns that nothing is connected while nothing is', async () => {
    const answer = await installer.browser().signIn()
    expect(answer.status).toBe(404)
    expect(answer.text).toContain('Plumbline is not connected to hubspot account 4711.')
    expect(answer.text).toContain('href="/install/hubspot"')
  })

  test('sees how their own account stands, and no other', async () => {
    await installer.browser().install()
    const other = await makeInstallation(database.db)
    const browser = installer.browser()
    expect(await browser.signIn()).toMatchObject({ status: 303, to: '/account' })
    const { status, text } = await browser.arrive('/account')
    expect(status).toBe(200)
    expect(text).toContain('hubspot account 4711: active.')
    expect(text).toContain('0 people: 0 scored, 0 written.')
    expect(text).not.toContain(`account ${other.accountId}`)
    // The list of all accounts is for administrators.
    expect((await browser.arrive('/')).text).not.toContain('4711')
  })

  test('changes nothing of the connection', async () => {
    const tokens = async () => {
      const { rows } = await sql<{ id: string }>`
        select id from installation where account_id = '4711'`.execute(database.db)
      const box = createSecretBox(TEST_SECRET)
      return storedCredentials(database.db, box, rows[0]?.id ?? '').current()
    }
    const before = await tokens()
    await installer.browser().signIn()
    expect(await tokens()).toEqual(before)
  })

  test('is signed out by their own form alone, and then sees nothing', async () => {
    const browser = installer.browser()
    await browser.signIn()
    const { text } = await browser.arrive('/account')
    expect((await browser.post('/account/sign-out', { form: 'forged' })).status).toBe(403)
    expect((await browser.arrive('/account')).status).toBe(200)
    const kept = new Map(browser.cookies)
    await browser.post('/account/sign-out', { form: formIn(text) })
    // The cookie of before is worth nothing, either.
    for (const [name, value] of kept) browser.cookies.set(name, value)
    expect(await browser.arrive('/account')).toMatchObject({ status: 303, to: '/' })
  })

  test('is signed out after eight hours without a visit', async () => {
    const browser = installer.browser()
    await browser.signIn()
    const { clock } = installer
    clock.moveTo(new Date(clock.now().getTime() + 8 * 3_600_000))
    expect((await browser.arrive('/account')).status).toBe(303)
  })

  test('has another session each time, and the former one ends', async () => {
    const browser = installer.browser()
    await browser.signIn()
    const former = browser.cookies.get('plumbline-account') ?? ''
    await browser.signIn()
    expect(browser.cookies.get('plumbline-account')).not.toBe(former)
    browser.cookies.set('plumbline-account', former)
    expect((await browser.arrive('/account')).status).toBe(303)
  })
})

describe('a callback', () => {
  test('of a sign-in connects nothing, and one of an installation signs nobody in', async () => {
    const bought = async () => (await installer.ledger()).byRoute['POST /oauth/token']
    const before = await bought()
    const [signingIn, installing] = [installer.browser(), installer.browser()]
    const callback = async (browser: typeof signingIn, link: string) =>
      browser.agree((await browser.start(link)).consentUrl)
    const ofSignIn = await callback(signingIn, '/sign-in/hubspot')
    const ofInstallation = await callback(installing, '/install/hubspot')
    // Each in the other's browser: the state belongs to the browser that began.
    expect((await installing.arrive(ofSignIn)).text).toContain('did not start the sign-in')
    expect((await signingIn.arrive(ofInstallation)).text).toContain(
      'did not start the installation',
    )
    expect(signingIn.cookies.has('plumbline-account')).toBe(false)
    expect(await bought()).toBe(before)
  })

  test('that comes back with a refusal says so, with the way to try again', async () => {
    const browser = installer.browser()
    const { consentUrl } = await browser.start('/sign-in/hubspot')
    const state = encodeURIComponent(consentUrl.searchParams.get('state') ?? '')
    const answer = await browser.arrive(
      `/oauth/hubspot/callback?error=access_denied&state=${state}`,
    )
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('Not signed in')
    expect(answer.text).toContain('href="/sign-in/hubspot"')
  })
})

test('where signing in could end the connection, nobody is sent to the CRM for it', async () => {
  const ask = await web.start({ connectors: new Map([['salesforce', salesforce]]) })
  expect((await ask('/')).body).not.toContain('/sign-in/')
  const answer = await ask('/sign-in/salesforce')
  expect(answer.status).toBe(400)
  expect(answer.body).toContain('Nobody can sign in with salesforce')
})
