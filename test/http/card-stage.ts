import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import { parseModelText } from '../../jobs/models.ts'
import type { AccountCard, CardView, PersonCard } from '../../src/http/card/view.ts'
import { createApp, type HttpServer, listen } from '../../src/http/server.ts'
import { createLog } from '../../src/log.ts'
import type { Db } from '../../src/store/database.ts'
import type { Installation } from '../../src/store/installations.ts'
import { publish } from '../../src/store/models.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock } from '../helpers/deps.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { type SmallCrm, smallCrm } from '../helpers/small-crm.ts'

const CLIENT_SECRET = 'the secret of the app'
const PUBLIC_URL = 'https://plumbline.example.com'
const STARTER = 'config/models/b2b-starter.yaml'
export const NOON = new Date('2026-11-22T12:00:00Z')
/** A marketing director in Germany, whose company is Acme. */
export const ANN = '/cards/hubspot/contacts/1'

const connector = createHubspotConnector({
  apiUrl: 'http://127.0.0.1:1',
  authorizeUrl: 'http://127.0.0.1:1/oauth/authorize',
  clientId: 'id',
  clientSecret: CLIENT_SECRET,
  redirectUrl: `${PUBLIC_URL}/oauth/hubspot/callback`,
})

/** What goes over the wire. */
export interface Sent {
  path: string
  headers: Record<string, string>
}

export interface Asked {
  readonly path: string
  readonly portalId: string
  /** Changes what is sent after it was signed. */
  readonly mutate?: (sent: Sent) => void
  readonly ageMs?: number
  readonly host?: string
}

interface Answered {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** The endpoint on a real database, asked over HTTP as HubSpot's proxy asks. */
export interface CardStage {
  readonly db: Db
  readonly clock: MovableClock
  readonly installation: Installation
  readonly crm: SmallCrm
  /** What was logged. */
  readonly logged: readonly string[]
  /** Reads a person with a company and one visit of the pricing page. */
  readAnn(): Promise<void>
  ask(asked: Asked): Promise<Answered>
  look(path: string, portalId?: string): Promise<{ status: number; card: CardView }>
  person(id: string): Promise<PersonCard>
  account(id: string): Promise<AccountCard>
}

/** For one test file; every test has an installation of its own. */
export function useCards(): CardStage {
  const database = useDatabase()
  const clock = movableClock(NOON)
  const logged: string[] = []
  const held: { server?: HttpServer; installation?: Installation; crm?: SmallCrm } = {}
  beforeAll(async () => {
    held.server = await listen(cardApp(database.db, clock, logged), 0, '127.0.0.1')
  })
  afterAll(() => held.server?.close())
  beforeEach(async () => {
    clock.moveTo(NOON)
    logged.length = 0
    held.installation = await makeInstallation(database.db, 'Europe/Berlin')
    await publishStarter(database.db, held.installation.id)
    held.crm = smallCrm(database.db, held.installation, clock)
  })
  const stage: CardStage = {
    clock,
    logged,
    get db() {
      return database.db
    },
    get installation() {
      return there(held.installation)
    },
    get crm() {
      return there(held.crm)
    },
    readAnn: () => readAnn(stage.crm),
    ask: (asked) => get(there(held.server).port, sentBy(asked, clock.now())),
    async look(path, portalId = stage.installation.accountId) {
      const { status, body } = await stage.ask({ path, portalId })
      // Written by the code under test; the assertions look at every part that matters.
      return { status, card: JSON.parse(body) as CardView }
    },
    async person(id) {
      const { card } = await stage.look(`/cards/hubspot/contacts/${id}`)
      if (card.state === 'scored' && card.kind === 'person') return card
      throw new Error(JSON.stringify(card))
    },
    async account(id) {
      const { card } = await stage.look(`/cards/hubspot/companies/${id}`)
      if (card.state === 'scored' && card.kind === 'account') return card
      throw new Error(JSON.stringify(card))
    },
  }
  return stage
}

function there<T>(held: T | undefined): T {
  if (held === undefined) throw new Error('it is there only while tests run')
  return held
}

function cardApp(db: Db, clock: MovableClock, logged: string[]) {
  return createApp({
    db,
    dbOf: () => db,
    clock,
    log: createLog('trace', { write: (line: string) => void logged.push(line) }),
    publicUrl: PUBLIC_URL,
    secret: TEST_SECRET,
    connectors: new Map([[connector.crm, connector]]),
    wake: async () => {},
    install: () => Promise.reject(new Error('unused')),
  })
}

async function publishStarter(db: Db, installationId: string): Promise<void> {
  const model = parseModelText(readFileSync(STARTER, 'utf8'), STARTER)
  await publish(db, installationId, model, { actor: 'test', reason: null, at: NOON })
}

export const DIRECTOR = {
  email: 'ann@acme.example',
  title: 'Marketing Director',
  country: 'Germany',
}

function readAnn(crm: SmallCrm): Promise<void> {
  return crm.says({
    companies: [crm.company('c1', { name: 'Acme', domain: 'acme.example' })],
    people: [crm.person('1', DIRECTOR, 'c1')],
    activities: [crm.visit('1', 'v1')],
  })
}

/** HubSpot adds who is looking, and signs the whole address. */
function sentBy(asked: Asked, now: Date): Sent {
  const query = `portalId=${asked.portalId}&userId=7&userEmail=rep%40example.com&appId=99`
  const path = `${asked.path}${asked.path.includes('?') ? '&' : '?'}${query}`
  const timestamp = String(now.getTime() - (asked.ageMs ?? 0))
  const uri = `${PUBLIC_URL}${path}`.replaceAll('%40', '@')
  const signature = createHmac('sha256', CLIENT_SECRET).update(`GET${uri}${timestamp}`)
  const sent = {
    path,
    headers: {
      host: asked.host ?? 'plumbline.example.com',
      'x-hubspot-signature-v3': signature.digest('base64'),
      'x-hubspot-request-timestamp': timestamp,
    },
  }
  asked.mutate?.(sent)
  return sent
}

/** Not `fetch`, which would not let the Host header be chosen. */
function get(port: number, sent: Sent): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  const request = http.get({ host: '127.0.0.1', port, ...sent }, (answer) => {
    const parts: Buffer[] = []
    answer.on('data', (part: Buffer) => parts.push(part))
    answer.on('end', () => {
      const body = Buffer.concat(parts).toString()
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body })
    })
  })
  request.on('error', reject)
  return promise
}
