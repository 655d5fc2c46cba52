import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterEach } from 'vitest'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import { systemClock } from '../../src/clock.ts'
import type { HttpContext } from '../../src/http/context.ts'
import { createApp, type HttpServer, listen } from '../../src/http/server.ts'
import type { Db } from '../../src/store/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const ORIGIN = 'https://plumbline.example'

const connector = createHubspotConnector({
  apiUrl: 'http://127.0.0.1:1',
  authorizeUrl: 'https://crm.example/oauth/authorize',
  clientId: 'id',
  clientSecret: 'secret',
  redirectUrl: `${ORIGIN}/oauth/hubspot/callback`,
  webhookUrl: `${ORIGIN}/webhooks/hubspot`,
})

interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** The web role behind `https://plumbline.example`; it is closed after the test. */
export function useWebServer(database: () => Db) {
  const logged: string[] = []
  const open: HttpServer[] = []
  afterEach(async () => {
    logged.length = 0
    await Promise.all(open.splice(0).map((server) => server.close()))
  })
  return {
    logged,
    /** @param changes of what the routes work with */
    async start(changes: Partial<HttpContext> = {}) {
      const app = createApp({
        db: database(),
        dbOf: database,
        clock: systemClock,
        log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
        wake: async () => {},
        publicUrl: ORIGIN,
        secret: TEST_SECRET,
        connectors: new Map([[connector.crm, connector]]),
        install: () => Promise.reject(new Error('unused')),
        ...changes,
      })
      const server = await listen(app, 0, '127.0.0.1')
      open.push(server)
      return (path: string, asked: Asked = {}) => ask(server.port, path, asked)
    },
  }
}

/** Not fetch, which forbids a Host and other headers of one's own. */
async function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body = '' }: Asked,
): Promise<Answered> {
  const sent = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false })
  sent.end(body)
  const [answer] = await once(sent, 'response')
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) }
}
