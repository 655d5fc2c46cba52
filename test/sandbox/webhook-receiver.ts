import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

/** A webhook request exactly as it came. */
interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/**
 * How the app answers: with a status (at once or after a while), never, or by breaking the connection.
 */
export type Behaviour =
  | { readonly status: number; readonly delayMs?: number }
  | { readonly hang: true }
  | { readonly reset: true }

const Events = z.array(z.record(z.string(), z.unknown()))

async function answer(response: ServerResponse, behaviour: Behaviour): Promise<void> {
  if ('hang' in behaviour) return
  if ('reset' in behaviour) {
    response.socket?.resetAndDestroy()
    return
  }
  if (behaviour.delayMs) await delay(behaviour.delayMs)
  response.writeHead(behaviour.status).end()
}

/** A server on this machine that takes webhooks and remembers them. It ends with the test. */
export async function webhookReceiver(first: Behaviour = { status: 200 }) {
  const requests: ReceivedRequest[] = []
  let behaviour = first
  let open = 0
  let mostAtOnce = 0
  const server = createServer(async (request, response) => {
    open += 1
    mostAtOnce = Math.max(mostAtOnce, open)
    response.on('close', () => {
      open -= 1
    })
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    })
    await answer(response, behaviour)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${address.port}/webhooks/hubspot`,
    requests,
    /** From the next request on. */
    behave(next: Behaviour) {
      behaviour = next
    },
    /** All events, in the order in which they came. */
    events: () => requests.flatMap(({ body }) => Events.parse(JSON.parse(body))),
    open: () => open,
    mostAtOnce: () => mostAtOnce,
  }
}
