import { Client } from '@hubspot/api-client'
import type { z } from 'zod'
import { CrmRejected, CrmUnavailable } from '../../src/errors.ts'
import type { Allowance, ConnectionContext, Hold, Tokens } from '../connector.ts'
import { type Answer, eitherSignal, exchange, parseJson, type Sleep, withRetry } from '../http.ts'
import { CRM } from './api-version.ts'
import { errorOf } from './errors.ts'
import { GENERAL, MAX_URL } from './limits.ts'

/** One call of the API. */
interface Call<T> {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  /** The limit it counts against; the general one unless named. */
  readonly allowance?: Allowance
  /** False where doing it twice makes two of it: then the caller has to look before it asks again. */
  readonly repeatable?: false
  /** What a good answer looks like. */
  readonly answer: z.ZodType<T>
}

/** The API of one portal: signed in, within its limits, transient failures retried. */
export interface HubspotClient {
  /** @throws every CrmError class, as errors.ts decides */
  call<T>(call: Call<T>): Promise<T>
  /** How far (ms) our clock is ahead of HubSpot's, by its last answer; 0 before the first, and where it is behind. */
  clockAheadMs(): number
  /** The same, while something is held: nothing is sent once it is lost. */
  during(hold: Hold): HubspotClient
}

export interface ClientOptions {
  readonly apiUrl: string
  readonly timeoutMs: number
  readonly sleep: Sleep
  readonly context: ConnectionContext
  /** Buys new tokens. */
  readonly refresh: (refreshToken: string) => Promise<Tokens>
}

/** Below this share of a token's lifetime it is renewed before it is used. */
const RENEW_BELOW = 0.2

/** The only place that holds the official client, and that through `apiRequest` alone (BEHAVIOR.md, 1). */
export function createClient(options: ClientOptions): HubspotClient {
  const { context } = options
  const client = new Client({ basePath: options.apiUrl })
  const usableTokens = tokenKeeper(options)
  let aheadMs = 0

  async function send(call: Call<unknown>, tokens: Tokens, hold?: Hold): Promise<Answer> {
    await context.budget.take(call.allowance ?? GENERAL)
    const request = {
      method: call.method,
      path: call.path,
      // Not in the client's configuration: replacing it there rebuilds all of the client.
      headers: { Authorization: `Bearer ${tokens.accessToken}` },
      ...(call.query && { qs: call.query }),
      ...(call.body && { body: call.body }),
    }
    const answer = await exchange(() => client.apiRequest(request), {
      crm: CRM,
      timeoutMs: options.timeoutMs,
      signal: context.signal,
      hold,
      asks: { method: call.method, url: options.apiUrl },
    })
    const theirs = Date.parse(answer.headers.get('date') ?? '')
    if (theirs) aheadMs = Math.max(0, context.clock.now().getTime() - theirs)
    return answer
  }

  async function once<T>(call: Call<T>, hold?: Hold): Promise<T> {
    const tokens = await usableTokens()
    let answer = await send(call, tokens, hold)
    if (answer.status === 401) {
      const renewed = await context.credentials.renew(tokens, options.refresh)
      answer = await send(call, renewed, hold)
    }
    if (answer.status < 200 || answer.status > 299) throw errorOf(answer, context.clock.now())
    return parseAnswer(call, answer)
  }

  function ask<T>(call: Call<T>, hold?: Hold): Promise<T> {
    assertUrlLength(options.apiUrl, call)
    if (call.repeatable === false) return once(call, hold)
    return withRetry(() => once(call, hold), {
      hold: (ms) => context.budget.hold(call.allowance ?? GENERAL, ms),
      sleep: options.sleep,
      signal: eitherSignal(context.signal, hold?.signal),
    })
  }

  const clientDuring = (hold?: Hold): HubspotClient => ({
    clockAheadMs: () => aheadMs,
    call: (call) => ask(call, hold),
    during: clientDuring,
  })
  return clientDuring()
}

/**
 * Hands out tokens with life left in them. How long they live nobody stores, so the longest remaining time
 * seen so far stands for it.
 */
function tokenKeeper({ context, refresh }: ClientOptions): () => Promise<Tokens> {
  let lifetimeMs = 0
  return async function usableTokens() {
    const tokens = await context.credentials.current()
    const leftMs = tokens.expiresAt.getTime() - context.clock.now().getTime()
    lifetimeMs = Math.max(lifetimeMs, leftMs)
    if (leftMs > 0 && leftMs >= lifetimeMs * RENEW_BELOW) return tokens
    return context.credentials.renew(tokens, refresh)
  }
}

function parseAnswer<T>(call: Call<T>, answer: Answer): T {
  const parsed = call.answer.safeParse(parseJson(CRM, answer))
  if (parsed.success) return parsed.data
  // Only the places: the values are somebody's data.
  const places = parsed.error.issues.slice(0, 3).map((issue) => issue.path.join('.'))
  throw new CrmUnavailable(
    CRM,
    `The answer to ${call.method} ${call.path} is not as promised at: ${places.join(', ')}`,
  )
}

function assertUrlLength(apiUrl: string, call: Call<unknown>): void {
  const length = apiUrl.length + call.path.length + String(new URLSearchParams(call.query)).length
  if (length <= MAX_URL) return
  throw new CrmRejected(CRM, 414, `${call.method} ${call.path}: a URL of ${length} characters`)
}
