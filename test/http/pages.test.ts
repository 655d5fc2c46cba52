import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import { systemClock } from '../../src/clock.ts'
import { createApp, type HttpServer, listen } from '../../src/http/server.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const connector = createHubspotConnector({
  apiUrl: 'http://127.0.0.1:1',
  authorizeUrl: 'http://127.0.0.1:1/oauth/authorize',
  clientId: 'id',
  clientSecret: 'secret',
  redirectUrl: 'http://127.0.0.1/oauth/hubspot/callback',
})

describe('the pages', () => {
  const database = useDatabase()
  let server: HttpServer
  beforeEach(async () => {
    const app = createApp({
      db: database.db,
      dbOf: () => database.db,
      clock: systemClock,
      log: pino({ level: 'silent' }),
      wake: async () => {},
      publicUrl: 'http://127.0.0.1',
      secret: TEST_SECRET,
      connectors: new Map([[connector.crm, connector]]),
      install: () => Promise.reject(new Error('an internal matter with details')),
    })
    server = await listen(app, 0, '127.0.0.1')
  })
  afterEach(() => server.close())
  const get = async (path: string) => {
    const url = `http://127.0.0.1:${server.port}${path}`
    const answer = await fetch(url, { redirect: 'manual' })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }

  test('the first page says where to connect and to sign in, and nothing about accounts', async () => {
    const { accountId } = await makeInstallation(database.db)
    const { status, text } = await get('/')
    expect(status).toBe(200)
    expect(text).toContain('<a href="/install/hubspot">')
    expect(text).toContain('<a href="/admin/sign-in">')
    expect(text).not.toContain(`account ${accountId}`)
  })

  test('installing sends the admin to the CRM with a state of ours', async () => {
    const { status, headers } = await get('/install/hubspot')
    expect(status).toBe(302)
    const target = new URL(headers.get('location') ?? '')
    expect(target.pathname).toBe('/oauth/authorize')
    expect(target.searchParams.get('state')).toMatch(/^\d+\..+\..+$/)
  })

  test.each([
    ['/oauth/hubspot/callback?code=x&state=1.2.3', 400, 'not started here'],
    ['/oauth/hubspot/callback', 400, 'incomplete'],
    ['/oauth/hubspot/callback?error=access_denied', 400, 'access_denied'],
    ['/install/salesforce', 400, 'Configured: hubspot'],
    ['/nowhere', 404, 'no such page'],
  ])('%s answers %i and says why', async (path, expected, words) => {
    const { status, text } = await get(path)
    expect(status).toBe(expected)
    expect(text).toContain(words)
  })

  test('a taken port is told as such', async () => {
    const app = createApp({
      db: database.db,
      dbOf: () => database.db,
      clock: systemClock,
      log: pino({ level: 'silent' }),
      wake: async () => {},
      publicUrl: 'http://127.0.0.1',
      secret: TEST_SECRET,
      connectors: new Map(),
      install: () => Promise.reject(new Error('unused')),
    })
    await expect(listen(app, server.port, '127.0.0.1')).rejects.toThrow(/taken; set PORT/)
  })
})
