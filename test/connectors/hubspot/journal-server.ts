import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Asked {
  readonly route: string
  readonly authorization: string
  readonly body: string
}

type Reply = readonly [status: number, body?: unknown]

/** A journal of a few entries, as HubSpot documents it: entry `n` of the list has offset `n + 1`. */
export async function startJournalServer() {
  const asked: Asked[] = []
  const entries: { url?: string; events: unknown }[] = []
  const replies = new Map<string, Reply[]>()
  let tokens = 0
  let oldest = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += chunk
    const route = `${request.method} ${request.url}`
    asked.push({ route, authorization: request.headers.authorization ?? '', body })
    const planned = [...replies].find(([start]) => route.startsWith(start))?.[1]
    const [status, content] = planned?.shift() ?? reply(request.url ?? '')
    const text = typeof content === 'string' ? content : JSON.stringify(content ?? '')
    const headers = status === 302 ? { location: text } : {}
    response.writeHead(status, headers).end(status === 204 ? undefined : text)
  }

  function reply(path: string): Reply {
    if (path.startsWith('/oauth/')) {
      tokens += 1
      return [200, { access_token: `t${tokens}`, expires_in: 1_000, token_type: 'bearer' }]
    }
    if (path.includes('/subscriptions/')) return [200, { id: 1 }]
    const file = /^\/files\/(\d+)/.exec(path)?.[1]
    if (file !== undefined) return [200, { journalEvents: entries[Number(file)]?.events }]
    const offset = /\/offset\/(\d+)\/next/.exec(path)?.[1]
    if (offset !== undefined && Number(offset) < oldest) return [404, { message: 'expired' }]
    return entryAt(offset === undefined ? oldest : Number(offset))
  }

  function entryAt(index: number): Reply {
    const entry = entries[index]
    if (!entry) return [204]
    const currentOffset = String(index + 1)
    return [200, { url: entry.url ?? `${url}/files/${index}?secret=x`, currentOffset }]
  }

  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // A server that listens on TCP has an address object.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    asked,
    routes: () => asked.map(({ route }) => route),
    /** Adds a stretch of events; the file may lie elsewhere. */
    add: (events: unknown, fileUrl?: string) =>
      void entries.push({ events, ...(fileUrl && { url: fileUrl }) }),
    /** Three days later. */
    forgetOldest() {
      oldest += 1
    },
    /** Answers to the next requests of routes that begin so. */
    plan: (route: string, ...list: Reply[]) => void replies.set(route, list),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type JournalServer = Awaited<ReturnType<typeof startJournalServer>>
