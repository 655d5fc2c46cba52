import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { z } from 'zod'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import { parseModelText } from '../../jobs/models.ts'
import { createTimetable } from '../../jobs/schedule.ts'
import { startHubspotSandbox } from '../../sandbox/hubspot/server.ts'
import { createApp, listen } from '../../src/http/server.ts'
import { install } from '../../src/install.ts'
import type { Db } from '../../src/store/database.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { type MovableClock, movableClock } from '../helpers/deps.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const STARTER = 'config/models/b2b-starter.yaml'
const APP = { clientId: 'client-1', clientSecret: 'secret-1' }

const Ledger = z.object({ byRoute: z.record(z.string(), z.number()) })

/** An empty portal, and a Plumbline without workers that can be installed in it. */
export async function openInstaller(
  db: Db,
  { portalId = 4711, scheme = 'http' }: { portalId?: number; scheme?: 'http' | 'https' } = {},
) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-install-'))
  const clock: MovableClock = movableClock(new Date('2026-11-22T12:00:00Z'))
  const sandbox = await startHubspotSandbox({
    ...APP,
    file: path.join(folder, 'portal.sqlite'),
    portalId,
    limits: 'off',
    now: () => clock.now().getTime(),
  })
  const connector = createHubspotConnector({
    ...APP,
    apiUrl: sandbox.url,
    authorizeUrl: `${sandbox.url}/oauth/authorize`,
    redirectUrl: 'http://127.0.0.1/oauth/hubspot/callback',
    webhookUrl: 'http://127.0.0.1/webhooks/hubspot',
    clock,
    sleep: async () => {},
  })
  const log = pino({ level: 'silent' })
  const parts = {
    db,
    box: createSecretBox(TEST_SECRET),
    clock,
    log,
    wake: async () => {},
    timetable: createTimetable({ nightlyAt: '02:00', deltaEveryMinutes: 5 }),
    starterModel: parseModelText(await readFile(STARTER, 'utf8'), STARTER),
  }
  const app = createApp({
    db,
    dbOf: () => db,
    clock,
    log,
    wake: parts.wake,
    publicUrl: `${scheme}://plumbline.example`,
    secret: TEST_SECRET,
    connectors: new Map([[connector.crm, connector]]),
    install: (crm, grant) => install(parts, crm, grant),
  })
  const server = await listen(app, 0, '127.0.0.1')
  const control = (place: string, body: object) =>
    fetch(`${sandbox.url}/${place}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  return {
    clock,
    connector,
    sandboxUrl: sandbox.url,
    control,
    ledger: async () => Ledger.parse(await (await fetch(`${sandbox.url}/__ledger`)).json()),
    browser: () => browser(`http://127.0.0.1:${server.port}`),
    async close() {
      await server.close()
      await sandbox.close()
      await rm(folder, { recursive: true })
    },
  }
}

export type Installer = Awaited<ReturnType<typeof openInstaller>>

/** One admin's browser: it keeps cookies as long as it is told to. */
function browser(plumbline: string) {
  const cookies = new Map<string, string>()
  const visit = async (url: string, init?: RequestInit) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } })
    for (const text of answer.headers.getSetCookie()) {
      const [pair = ''] = text.split(';')
      const [name = '', value = ''] = pair.split('=')
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  return {
    cookies,
    /** Opens our link. @returns what sets the cookie, and where it is sent */
    async start(link = '/install/hubspot') {
      const answer = await visit(plumbline + link)
      const [setCookie = ''] = answer.headers.getSetCookie()
      return { setCookie, consentUrl: new URL(answer.headers.get('location') ?? '') }
    },
    /** Agrees. @returns path and query of our callback */
    async agree(consentUrl: URL): Promise<string> {
      const approve = new URL('/oauth/authorize/approve', consentUrl)
      const init = { method: 'POST', body: consentUrl.searchParams, redirect: 'manual' } as const
      const answer = await fetch(approve, init)
      const target = new URL(answer.headers.get('location') ?? '')
      return target.pathname + target.search
    },
    /** Comes back to us. */
    async arrive(callback: string) {
      const answer = await visit(plumbline + callback)
      return {
        status: answer.status,
        text: await answer.text(),
        to: answer.headers.get('location'),
      }
    },
    /** Sends a form of ours. */
    async post(place: string, fields: Readonly<Record<string, string>>) {
      const body = new URLSearchParams(fields)
      const answer = await visit(plumbline + place, { method: 'POST', body })
      return {
        status: answer.status,
        text: await answer.text(),
        to: answer.headers.get('location'),
      }
    },
    async signIn() {
      const { consentUrl } = await this.start('/sign-in/hubspot')
      return this.arrive(await this.agree(consentUrl))
    },
    async install() {
      const { consentUrl } = await this.start()
      return this.arrive(await this.agree(consentUrl))
    },
  }
}
