import { z } from 'zod'
import type { Clock } from '../../src/clock.ts'
import { CrmRejected, CrmUnavailable } from '../../src/errors.ts'
import { type Answer, exchange, parseJson } from '../http.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import { errorOf } from './errors.ts'
import type { OauthApp } from './oauth.ts'

/** The journal is the app's, not a portal's: so is its token. */
const SCOPES = [
  'developer.webhooks_journal.read',
  'developer.webhooks_journal.subscriptions.read',
  'developer.webhooks_journal.subscriptions.write',
].join(' ')

const AppToken = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })

/** The share of a token's life after which a new one is bought. */
const USED_FOR = 0.8

/** The journal's part of the API, signed in as the app. Nothing is retried: its readers come again anyway. */
export interface JournalApi {
  /**
   * @returns the answer, whatever its status among 200, 201, 204 and 404
   * @throws every other CrmError class, as errors.ts decides
   */
  call(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer>
}

/** How the journal is talked to. */
export interface JournalTransport {
  /** For each call, headers and body together. */
  readonly timeoutMs: number
}

/** Signs in when first called. */
export function createJournalApi(
  app: OauthApp,
  transport: JournalTransport,
  clock: Clock,
): JournalApi {
  const token = appToken(app, transport, clock)
  async function send(method: string, path: string, body: object | undefined): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${await token.current()}`,
      ...(body && { 'content-type': 'application/json' }),
    }
    const request = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    const url = `${app.apiUrl}/webhooks-journal/${path}`
    const asks = { method, url }
    return exchange((signal) => fetch(url, { ...request, signal }), {
      crm: CRM,
      ...transport,
      asks,
    })
  }
  return {
    async call(method, path, body) {
      let answer = await send(method, path, body)
      if (answer.status === 401) {
        token.forget()
        answer = await send(method, path, body)
      }
      if ([200, 201, 204, 404].includes(answer.status)) return answer
      throw errorOf(answer, clock.now())
    },
  }
}

/** One token at a time, shared by all callers until most of its life is over. */
function appToken(app: OauthApp, transport: JournalTransport, clock: Clock) {
  let bought: Promise<string> | undefined
  let renewAt = 0
  async function buy(): Promise<string> {
    const { access_token, expires_in } = await requestToken(app, transport, clock)
    renewAt = clock.now().getTime() + expires_in * 1000 * USED_FOR
    return access_token
  }
  function forget(): void {
    bought = undefined
  }
  return {
    forget,
    async current(): Promise<string> {
      if (renewAt > 0 && clock.now().getTime() >= renewAt) {
        renewAt = 0
        forget()
      }
      bought ??= buy()
      try {
        return await bought
      } catch (error) {
        forget()
        throw error
      }
    },
  }
}

async function requestToken(app: OauthApp, transport: JournalTransport, clock: Clock) {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    scope: SCOPES,
  })
  const url = `${app.apiUrl}/oauth/${HUBSPOT_API_VERSION}/token`
  const answer = await exchange((signal) => fetch(url, { method: 'POST', body, signal }), {
    crm: CRM,
    ...transport,
    asks: { method: 'POST', url },
  })
  if (answer.status === 401) throw new CrmRejected(CRM, 401, 'No token for the journal was given')
  if (answer.status !== 200) throw errorOf(answer, clock.now())
  const parsed = AppToken.safeParse(parseJson(CRM, answer))
  if (parsed.success) return parsed.data
  throw new CrmUnavailable(CRM, 'The token answer for the journal is not as promised')
}
