/** The look-alike of HubSpot for many portals, in a process of its own: started by crm.ts with the portals as JSON. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { OBJECT_TYPES } from '../../connectors/hubspot/properties.ts'
import { type Answered, answer } from './answers.ts'
import { createTouched } from './touched.ts'
import type { World } from './world.ts'

const Worlds = z.array(
  z.object({
    portalId: z.number(),
    people: z.number(),
    activitiesPerPerson: z.number(),
    anchor: z.number(),
  }),
)
const Touch = z.object({
  portalId: z.number(),
  object: z.enum(OBJECT_TYPES),
  ids: z.array(z.string()),
})

const worlds = new Map(
  Worlds.parse(JSON.parse(process.argv[2] ?? '[]')).map((world): [number, World] => [
    world.portalId,
    world,
  ]),
)
const touched = createTouched()
const byRoute: Record<string, number> = {}
const byPortal: Record<string, { calls: number; recordsWritten: number }> = {}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const body = request.method === 'GET' ? undefined : await text(request)
  if (url.pathname === '/__ledger') return ledger(request.method, response)
  if (url.pathname === '/__touch') {
    const { portalId, object, ids } = Touch.parse(JSON.parse(body ?? ''))
    touched.touch(portalId, object, ids)
    return send(response, { status: 200, body: {} })
  }
  const portalId = Number(/^Bearer scale-(\d+)$/.exec(request.headers.authorization ?? '')?.[1])
  const world = worlds.get(portalId)
  if (!world) return send(response, UNKNOWN)
  const path = url.pathname.slice(1).replace(/\/\d{4}-\d{2}(?=\/|$)/, '')
  const json = body ? JSON.parse(body) : undefined
  const asked = { method: request.method ?? 'GET', path, query: url.searchParams, body: json }
  const answered = answer(world, touched, asked)
  count(portalId, `${asked.method} ${path.replace(/\d{6,}/, ':id')}`, answered)
  send(response, answered)
}

const UNKNOWN: Answered = {
  status: 401,
  body: { status: 'error', category: 'INVALID_AUTHENTICATION', message: 'no such token' },
}

function count(portalId: number, route: string, { written = 0 }: Answered): void {
  byRoute[route] = (byRoute[route] ?? 0) + 1
  const portal = byPortal[portalId] ?? { calls: 0, recordsWritten: 0 }
  byPortal[portalId] = portal
  portal.calls += 1
  portal.recordsWritten += written
}

function ledger(method: string | undefined, response: ServerResponse): void {
  send(response, { status: 200, body: { byRoute, byPortal } })
  if (method !== 'DELETE') return
  for (const counts of [byRoute, byPortal])
    for (const key of Object.keys(counts)) delete counts[key]
}

function send(response: ServerResponse, { status, body }: Answered): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' })
  response.end(JSON.stringify(body))
}

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    console.error(error)
    send(response, { status: 500, body: { status: 'error', message: String(error) } })
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  process.send?.({ url: `http://127.0.0.1:${port}` })
})
// Whoever started it may be killed.
process.on('disconnect', () => process.exit())
