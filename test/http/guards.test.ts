import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { signState } from '../../src/http/state.ts'
import { useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { useWebServer } from './web-server.ts'

const database = useDatabase()
const web = useWebServer(() => database.db)

/** Every kind of address there is. */
const EVERYWHERE = [
  '/',
  '/livez',
  '/readyz',
  '/install/hubspot',
  '/install/nobody',
  '/oauth/hubspot/callback?code=x&state=1.2.3',
  '/cards/hubspot/contacts/1',
  '/webhooks/hubspot',
  '/admin/setup?token=x',
  '/nowhere',
  '/%E0%A4%A',
]

describe('methods', () => {
  test.each([
    ['DELETE', '/', 'GET, HEAD'],
    ['PUT', '/install/hubspot', 'GET'],
    ['POST', '/cards/hubspot/contacts/1', 'GET, HEAD'],
    ['TRACE', '/', 'GET, HEAD'],
    ['OPTIONS', '/webhooks/hubspot', 'POST'],
    ['GET', '/WEBHOOKS/hubspot', 'POST'],
    ['PATCH', '/admin/setup', 'GET, HEAD, POST'],
    ['POST', '/nowhere', 'GET, HEAD'],
  ])('%s %s gets 405 and what is taken', async (method, path, allow) => {
    const ask = await web.start()
    const { status, headers } = await ask(path, { method })
    expect([status, headers.allow]).toEqual([405, allow])
  })

  test('a link checker’s HEAD finishes no installation', async () => {
    const ask = await web.start()
    const { nonce, text } = signState(TEST_SECRET, 'hubspot', new Date(), 'install')
    const headers = { cookie: `__Host-plumbline-install=${nonce}` }
    const callback = `/oauth/hubspot/callback?code=x&state=${text}`
    expect((await ask(callback, { method: 'HEAD', headers })).status).toBe(405)
    const { rows } = await sql`select from spent_state`.execute(database.db)
    expect(rows).toHaveLength(0)
  })
})

describe('what only looks', () => {
  test('changes nothing', async () => {
    const ask = await web.start()
    const rows = async () => {
      const tables = await sql<{ name: string }>`
        select table_name as name from information_schema.tables where table_schema = 'public'
          and table_type = 'BASE TABLE' order by 1`.execute(database.db)
      const contents = tables.rows.map(({ name }) =>
        sql`select t::text from ${sql.table(name)} t order by 1`.execute(database.db),
      )
      return (await Promise.all(contents)).map((each) => each.rows)
    }
    const before = await rows()
    for (const path of EVERYWHERE) {
      await ask(path)
      await ask(path, { method: 'HEAD' })
    }
    expect(await rows()).toEqual(before)
  })
})

describe('pages of other sites', () => {
  const OWN = 'https://plumbline.example'
  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'cross-site', origin: OWN }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://plumbline.example' }],
    [{ origin: `${OWN}.evil.example` }],
  ])('cannot have a browser post: %o', async (headers) => {
    const ask = await web.start()
    const { status, body } = await ask('/admin/sign-in', { method: 'POST', headers })
    expect(status).toBe(403)
    expect(body).toContain('page of another site')
  })

  test.each([
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: OWN }],
  ])('are not our own: %o', async (headers) => {
    const ask = await web.start()
    const { body } = await ask('/admin/sign-in', { method: 'POST', headers })
    expect(body).not.toContain('page of another site')
  })

  test('webhooks are judged by their signature alone', async () => {
    const ask = await web.start()
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://crm.example' }
    expect((await ask('/webhooks/hubspot', { method: 'POST', headers })).status).toBe(401)
  })
})

describe('every answer', () => {
  test.each(EVERYWHERE)('%s carries the security headers and is kept by no cache', async (path) => {
    const ask = await web.start()
    const { headers } = await ask(path)
    const policy = String(headers['content-security-policy'])
    for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]) {
      expect(policy).toContain(part)
    }
    expect(policy).toContain("form-action 'self'")
    expect(policy).not.toMatch(/unsafe|\*|script-src/)
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'strict-transport-security': expect.stringMatching(/^max-age=31536000/),
    })
    expect(headers).not.toHaveProperty('x-powered-by')
  })

  test('lets in the style of our pages, and no other', async () => {
    const ask = await web.start()
    const { headers, body } = await ask('/nowhere')
    const style = /<style>(.*?)<\/style>/s.exec(body)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(headers['content-security-policy']).toContain(`style-src 'sha256-${hash}'`)
    expect(body).not.toMatch(/ style=|<script| on\w+=/)
  })

  test('where we are reached over http says nothing of https', async () => {
    const ask = await web.start({ publicUrl: 'http://127.0.0.1:3000' })
    const { headers } = await ask('/')
    expect(headers).not.toHaveProperty('strict-transport-security')
    expect(headers['content-security-policy']).not.toContain('upgrade')
  })

  test.each(EVERYWHERE)('%s repeats nothing of the Host header', async (path) => {
    const ask = await web.start({ trustProxy: 1 })
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'evil',
    }
    const answer = await ask(path, { headers })
    expect(JSON.stringify(answer)).not.toContain('evil')
  })
})

describe('an error', () => {
  const broken = (error: Error) => {
    const connectors = new Map<string, never>()
    connectors.get = () => {
      throw error
    }
    return { connectors }
  }

  test('that nobody meant is shown as a number, under which the log has it', async () => {
    const secret = 'select * from "person" at /app/src/store/x.ts'
    const ask = await web.start(broken(new Error(secret)))
    const { status, body } = await ask('/install/hubspot')
    expect(status).toBe(500)
    expect(body).not.toMatch(/select|\/app|\.ts|Error:/)
    const id = /Error ([0-9a-f]{10})/.exec(body)?.[1]
    const line = web.logged.find((each) => each.includes('request failed')) ?? ''
    expect(JSON.parse(line)).toMatchObject({ errorId: id, status: 500, path: '/install/hubspot' })
  })

  test('of ours says what to do', async () => {
    const ask = await web.start(broken(new UserError('Do <this>')))
    const { status, body } = await ask('/install/hubspot')
    expect(status).toBe(400)
    expect(body).toContain('Do &lt;this&gt;')
  })

  test('of the request is the request’s', async () => {
    const ask = await web.start()
    const { status, body } = await ask('/install/%E0%A4%A')
    expect(status).toBe(400)
    expect(body).toContain('cannot be read')
    expect(body).not.toContain('URIError')
  })
})
