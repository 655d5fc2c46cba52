import { sql } from 'kysely'
import { afterEach, beforeEach } from 'vitest'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import type { Wake } from '../../jobs/queues.ts'
import { systemClock } from '../../src/clock.ts'
import { createApp, type HttpServer, listen } from '../../src/http/server.ts'
import { createLog } from '../../src/log.ts'
import type { Db } from '../../src/store/database.ts'
import type { Installation } from '../../src/store/installations.ts'
import { SECRET, signedBySender, TARGET } from '../connectors/hubspot/signer.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const connector = createHubspotConnector({
  apiUrl: 'http://127.0.0.1:1',
  authorizeUrl: 'http://127.0.0.1:1/oauth/authorize',
  clientId: 'id',
  clientSecret: SECRET,
  redirectUrl: 'https://plumbline.example/oauth/hubspot/callback',
  webhookUrl: TARGET,
})

/** The web role on a real database with one installation, and HubSpot in front of it. Use inside tests only. */
export function useWebhookServer() {
  const database = useDatabase()
  const woken: string[] = []
  const logged: string[] = []
  const held: { server?: HttpServer; installation?: Installation } = {}

  async function start(db: Db, wake: Wake): Promise<void> {
    const app = createApp({
      db,
      dbOf: () => db,
      clock: systemClock,
      log: createLog('trace', { write: (line: string) => void logged.push(line) }),
      wake,
      publicUrl: 'https://plumbline.example',
      secret: TEST_SECRET,
      connectors: new Map([[connector.crm, connector]]),
      install: () => Promise.reject(new Error('unused')),
    })
    held.server = await listen(app, 0, '127.0.0.1')
  }

  beforeEach(async () => {
    await sql`truncate installation, inbox_refused cascade`.execute(database.db)
    held.installation = await makeInstallation(database.db)
    woken.length = 0
    logged.length = 0
    await start(database.db, async (stage, id) => void woken.push(`${stage} ${id}`))
  })
  afterEach(() => held.server?.close())

  const here = () => {
    if (!held.installation) throw new Error('the installation is there only while tests run')
    return held.installation
  }
  return {
    woken,
    logged,
    here,
    get db() {
      return database.db
    },
    get port() {
      return held.server?.port ?? 0
    },
    /** Goes on with another database or queue. */
    async restart(db: Db, wake: Wake = async () => {}) {
      await held.server?.close()
      await start(db, wake)
    },
    post(body: string | Buffer, headers: Record<string, string> = {}, path = '/webhooks/hubspot') {
      const signed = signedBySender(body, { at: new Date() })
      // All headers of the sender are there.
      const sent = { ...(signed.headers as Record<string, string>), ...headers }
      const url = `http://127.0.0.1:${held.server?.port}${path}`
      return fetch(url, { method: 'POST', headers: sent, body: new Uint8Array(signed.body) })
    },
    /** A change of one contact's job title. */
    event: (objectId: number, changes: object = {}) => ({
      eventId: objectId,
      portalId: Number(here().accountId),
      appId: 1,
      occurredAt: Date.now(),
      subscriptionType: 'contact.propertyChange',
      propertyName: 'jobtitle',
      propertyValue: 'canary@example.com',
      attemptNumber: 0,
      objectId,
      changeSource: 'CRM_UI',
      ...changes,
    }),
    async stored(): Promise<{ inbox: number; due: number }> {
      const { rows } = await sql<{ inbox: number; due: number }>`
        select (select count(*)::int from inbox) as inbox, (select count(*)::int from due) as due`.execute(
        database.db,
      )
      return rows[0] ?? { inbox: -1, due: -1 }
    },
  }
}
