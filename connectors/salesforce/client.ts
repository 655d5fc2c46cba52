import type { z } from 'zod'
import { CrmAuthExpired, CrmRejected, CrmUnavailable } from '../../src/errors.ts'
import type { ConnectionContext, Hold, Home, Tokens } from '../connector.ts'
import { type Answer, eitherSignal, parseJson, type Sleep, withRetry } from '../http.ts'
import { API_VERSION, CRM } from './api-version.ts'
import { errorOf, isForeign } from './errors.ts'
import { CALLS_AT_ONCE } from './limits.ts'
import { TOKEN_LIFETIME_MS } from './oauth.ts'
import { sendRequest } from './transport.ts'
import { createTurns } from './turns.ts'
import { createDailyShare, type Usage } from './usage.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** One request of the API. */
interface Request {
  readonly method: Method
  /** Under `/services/data/v66.0`, unless it begins with `/services`: a `nextRecordsUrl` is taken as it is. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, instead of `body`. */
  readonly csv?: string
  /** False where doing it twice makes two of it: then the caller has to look before it asks again. */
  readonly repeatable?: boolean
  /** Statuses beside 2xx whose answer is what was asked for: of many things at once, where some failed. */
  readonly alsoGood?: readonly number[]
}

/** A request, and what a good answer to it looks like; an empty one is `undefined`. */
interface Call<T> extends Request {
  readonly answer: z.ZodType<T>
}

export interface CsvAnswer {
  readonly text: string
  readonly headers: Headers
}

/** The API of one org: signed in, within its limits, transient failures retried. */
export interface SalesforceClient {
  /** @throws every CrmError class, as errors.ts decides */
  call<T>(call: Call<T>): Promise<T>
  /** The same for answers that are CSV. */
  csv(request: Request): Promise<CsvAnswer>
  /** How far (ms) our clock is ahead of Salesforce's, by its last answer; 0 before the first, and where it is behind. */
  clockAheadMs(): number
  /** The org's API requests of the last 24 h, of all its apps, by its last answer that said so. */
  usage(): Usage | undefined
  /** Where the org answers and as whom we act there, by the newest tokens. */
  home(): Promise<Home>
  /** The same, while something is held: nothing is sent once it is lost. */
  during(hold: Hold): SalesforceClient
}

export interface ClientOptions {
  readonly timeoutMs: number
  readonly sleep: Sleep
  readonly context: ConnectionContext
  /** Buys new tokens. */
  readonly refresh: (refreshToken: string) => Promise<Tokens>
}

export function createClient(options: ClientOptions): SalesforceClient {
  const { context } = options
  const door = createDoor(options)

  async function once(request: Request, hold?: Hold): Promise<Answer> {
    const tokens = await usableTokens(options)
    let answer = await door.send(request, tokens, hold)
    if (!isGood(answer, request) && wantsRenewal(answer, tokens, context.clock.now())) {
      const renewed = await context.credentials.renew(tokens, options.refresh)
      answer = await door.send(request, renewed, hold)
    }
    if (!isGood(answer, request)) throw errorOf(answer)
    return answer
  }

  async function ask<T>(request: Request, read: (answer: Answer) => T, hold?: Hold): Promise<T> {
    const attempt = async () => read(await once(request, hold))
    if (request.repeatable === false) return attempt()
    const signal = eitherSignal(context.signal, hold?.signal)
    const pause = (ms: number) => options.sleep(ms, signal)
    return withRetry(attempt, { hold: pause, sleep: options.sleep, signal })
  }

  const clientDuring = (hold?: Hold): SalesforceClient => ({
    clockAheadMs: door.clockAheadMs,
    usage: door.usage,
    home: async () => homeOf(await context.credentials.current()),
    call: (call) => ask(call, (answer) => parseAnswer(call, answer), hold),
    csv: (request) => ask(request, csvIn, hold),
    during: clientDuring,
  })
  return clientDuring()
}

/** Sends what may be sent now, and hears what every answer says beside its content. */
function createDoor({ context, timeoutMs }: ClientOptions) {
  const share = createDailyShare(context)
  const inTurn = createTurns(CALLS_AT_ONCE)
  let aheadMs = 0

  async function send(request: Request, tokens: Tokens, hold?: Hold): Promise<Answer> {
    const url = urlOf(homeOf(tokens).instanceUrl, request)
    await share.take()
    const outgoing = { ...request, url }
    const answer = await sendRequest(outgoing, tokens.accessToken, {
      timeoutMs,
      signal: context.signal,
      hold,
    })
    const theirs = Date.parse(answer.headers.get('date') ?? '')
    if (theirs) aheadMs = Math.max(0, context.clock.now().getTime() - theirs)
    share.note(answer.headers)
    return answer
  }

  return {
    send: (request: Request, tokens: Tokens, hold?: Hold) =>
      inTurn(() => send(request, tokens, hold)),
    clockAheadMs: () => aheadMs,
    usage: share.usage,
  }
}

function isGood({ status }: Answer, { alsoGood }: Request): boolean {
  return (status >= 200 && status <= 299) || (alsoGood?.includes(status) ?? false)
}

async function usableTokens({ context, refresh }: ClientOptions): Promise<Tokens> {
  const tokens = await context.credentials.current()
  if (tokens.expiresAt > context.clock.now()) return tokens
  return context.credentials.renew(tokens, refresh)
}

/** Tokens younger than this name the address at which the org answers now. */
const SETTLED_MS = 10 * 60_000

/**
 * A session that ended; or an org that moved, at whose old address something else answers: only the next tokens say
 * where it is now.
 */
function wantsRenewal(answer: Answer, { expiresAt }: Tokens, now: Date): boolean {
  if (answer.status === 401) return true
  const ageMs = now.getTime() - (expiresAt.getTime() - TOKEN_LIFETIME_MS)
  return ageMs > SETTLED_MS && answer.status < 500 && isForeign(answer)
}

/** @throws CrmAuthExpired for tokens that do not say it */
export function homeOf({ home }: Tokens): Home {
  if (home) return home
  throw new CrmAuthExpired(CRM, 'The tokens do not say where the org answers. Connect it again')
}

const DATA = '/services/data/'

/** @throws CrmRejected for a path that leads elsewhere: the access token goes with it */
function urlOf(instanceUrl: string, { method, path, query }: Request): string {
  const whole = path.startsWith('/services') ? path : `${DATA}v${API_VERSION}${path}`
  const url = new URL(`${instanceUrl}${whole}`)
  if (!url.href.startsWith(`${instanceUrl}${DATA}`)) {
    throw new CrmRejected(CRM, 400, `${method} ${path} is not part of the API`)
  }
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
  return url.href
}

/** @throws CrmUnavailable for what is no CSV, e.g. a page of something on the way */
function csvIn({ headers, text }: Answer): CsvAnswer {
  const type = headers.get('content-type') ?? ''
  if (type.startsWith('text/csv')) return { text, headers }
  throw new CrmUnavailable(CRM, `CSV was promised, and ${type || 'nothing named'} came`, {
    quotes: type,
  })
}

function parseAnswer<T>(call: Call<T>, answer: Answer): T {
  const content = answer.text === '' ? undefined : parseJson(CRM, answer)
  const parsed = call.answer.safeParse(content)
  if (parsed.success) return parsed.data
  // Only the places: the values are somebody's data.
  const places = parsed.error.issues.slice(0, 3).map((issue) => issue.path.join('.'))
  throw new CrmUnavailable(
    CRM,
    `The answer to ${call.method} ${call.path} is not as promised at: ${places.join(', ')}`,
  )
}
