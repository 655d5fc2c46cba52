import { sql } from 'kysely'
import { pino } from 'pino'
import { expect } from 'vitest'
import type { Connector } from '../../connectors/connector.ts'
import type { AnyQueue } from '../../jobs/queues.ts'
import { hashPassword } from '../../src/http/admin/passwords.ts'
import { createApp, listen } from '../../src/http/server.ts'
import { addAdmin } from '../../src/store/admins.ts'
import type { Db } from '../../src/store/database.ts'
import { movableClock } from '../helpers/deps.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

export const START = new Date('2026-11-22T12:00:00Z')
export const PASSWORD = 'correct horse battery staple'
/** One 1024th of the work. */
export const CHEAP = { ln: 7, r: 8, p: 1 }

/** The web pages, without a CRM, on a clock that is moved by hand. */
export async function openSite(
  db: Db,
  { scheme = 'http', queues }: { scheme?: 'http' | 'https'; queues?: readonly AnyQueue[] } = {},
) {
  const clock = movableClock(START)
  const publicUrl = scheme === 'https' ? 'https://plumbline.example' : 'http://127.0.0.1'
  const app = createApp({
    db,
    dbOf: () => db,
    clock,
    log: pino({ level: 'silent' }),
    wake: async () => {},
    ...(queues && { queues }),
    publicUrl,
    secret: TEST_SECRET,
    // Addresses of clients are what the tests say.
    trustProxy: 1,
    connectors: new Map<string, Connector>(),
    install: () => Promise.reject(new Error('nothing is installed here')),
  })
  const server = await listen(app, 0, '127.0.0.1')
  return {
    clock,
    publicUrl,
    /** Moves the clock on. */
    pass: (ms: number) => clock.moveTo(new Date(clock.now().getTime() + ms)),
    browser: (address = '192.0.2.1') => browser(`http://127.0.0.1:${server.port}`, address),
    close: () => server.close(),
  }
}

export type Site = Awaited<ReturnType<typeof openSite>>
export type Browser = ReturnType<typeof browser>

interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

/** A browser that keeps cookies and fills in forms. */
function browser(site: string, address: string) {
  const cookies = new Map<string, string>()
  const visit = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { cookie, 'x-forwarded-for': address, ...init.headers }
    const answer = await fetch(site + path, { ...init, redirect: 'manual', headers })
    for (const text of answer.headers.getSetCookie()) {
      const [pair = ''] = text.split(';')
      const [name = '', value = ''] = pair.split('=')
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  return {
    cookies,
    get: (path: string) => visit(path),
    /** Asks for something in another way than browsers do by themselves. */
    ask: (method: string, path: string) => visit(path, { method }),
    /** Sends a form as it is given. */
    post: (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      visit(path, { method: 'POST', body: new URLSearchParams(fields), headers }),
    /** Opens the page, fills in what it asks for, and sends it. */
    async fill(page: string, fields: Record<string, string>): Promise<Answer> {
      const { text } = await visit(page)
      const action = /<form method="post" action="([^"]+)"/.exec(text)?.[1] ?? page
      return this.post(action, { ...hiddenIn(text), ...fields })
    },
    signIn(name = 'Ada', password = PASSWORD) {
      return this.fill('/admin/sign-in', { name, password })
    },
  }
}

/** What a form carries without showing it. */
export function hiddenIn(html: string): Record<string, string> {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]))
}

/** An admin who has a password, and is cheap to check. */
export async function makeAdmin(db: Db, name = 'Ada', password = PASSWORD): Promise<void> {
  await addAdmin(db, name, await hashPassword(password, CHEAP), START)
}

/** A fresh start: nobody, no link, no failures. */
export async function forgetAdmins(db: Db): Promise<void> {
  await sql`truncate admin, admin_invite, admin_session, sign_in_attempt, audit_log`.execute(db)
}

/** What the audit log says, oldest first. */
export async function deeds(db: Db) {
  const { rows } = await sql<{ action: string; actor: string; details: Record<string, unknown> }>`
    select action, actor, details from audit_log
    where installation_id is null order by id`.execute(db)
  return rows
}

/** The session's cookie over http. */
export const SESSION = 'plumbline-session'

/** Whether the browser's pages are those of somebody who is signed in. */
export async function isIn(browser: Browser): Promise<boolean> {
  return (await browser.get('/')).text.includes('signed in as Ada')
}

/** A new browser whose user has signed in. */
export async function signedInAt(site: Site): Promise<Browser> {
  const browser = site.browser()
  expect((await browser.signIn()).status).toBe(303)
  return browser
}
