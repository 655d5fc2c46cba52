import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ReadingWishes, Tokens } from '../../../connectors/connector.ts'
import { createClient } from '../../../connectors/salesforce/client.ts'
import {
  memoryCredentials,
  movableClock,
  recordingBudget,
  recordingSleep,
  silentLog,
} from '../helpers.ts'

export const NOW = new Date('2026-11-01T12:00:00Z')
const USER_ID = '005000000000001AAA'

/** What arrived. */
interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

type Handler = (asked: Asked, res: ServerResponse, nth: number) => void

/** A server that does what `handler` says, and remembers what it was asked; `nth` counts from 1. */
export async function openPlain(handler: Handler) {
  const asked: Asked[] = []
  const server = createServer(async (req, res) => {
    let text = ''
    for await (const chunk of req) text += chunk
    const one = { method: req.method ?? '', url: req.url ?? '', headers: req.headers, text }
    asked.push(one)
    handler(one, res, asked.length)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // A server that listens on TCP has an address object.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

export function json(res: ServerResponse, status: number, body: unknown, headers = {}): void {
  res.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers })
  res.end(JSON.stringify(body))
}

export function tokensAt(instanceUrl: string, part: Partial<Tokens> = {}): Tokens {
  return {
    accessToken: 'access-1',
    refreshToken: 'refresh-1',
    expiresAt: new Date(NOW.getTime() + 12 * 3_600_000),
    home: { instanceUrl, userId: USER_ID },
    ...part,
  }
}

export const noWishes = async (): Promise<ReadingWishes> => ({
  fields: { person: [], company: [] },
  mapping: {},
  apiShare: 0.5,
})

interface ClientStage {
  readonly tokens: Tokens
  readonly refresh?: (refreshToken: string) => Promise<Tokens>
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** A client alone, with everything around it in memory. */
export function openClient({ tokens, refresh, timeoutMs = 2_000, signal }: ClientStage) {
  const credentials = memoryCredentials(tokens)
  const clock = movableClock(NOW)
  const budget = recordingBudget()
  const { slept, sleep } = recordingSleep()
  const client = createClient({
    timeoutMs,
    sleep,
    refresh: refresh ?? (() => Promise.reject(new Error('nobody may renew here'))),
    context: {
      credentials,
      budget,
      clock,
      log: silentLog,
      wishes: noWishes,
      ...(signal && { signal }),
    },
  })
  return { client, credentials, clock, budget, slept, sleep }
}
