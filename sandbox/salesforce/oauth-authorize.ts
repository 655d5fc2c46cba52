import { z } from 'zod'
import { isLoopback } from '../common/loopback.ts'
import { type Answer, bodyOf, type SandboxRequest } from './endpoint.ts'
import { blockedPage, consentPage } from './oauth-pages.ts'
import { issueCode } from './oauth-tokens.ts'
import type { Org } from './org.ts'

/** What the app may ask for. Nothing asked means all that it may. */
const APP_SCOPES = ['api', 'refresh_token', 'openid', 'id', 'offline_access']
const DEFAULT_SCOPE = 'api refresh_token'
/** Unpadded base64url of a SHA-256. */
const CHALLENGE = /^[\w-]{43}$/

const Application = z.object({
  response_type: z.string().default(''),
  client_id: z.string().default(''),
  redirect_uri: z.string().default(''),
  scope: z.string().default(''),
  state: z.string().default(''),
  code_challenge: z.string().default(''),
  code_challenge_method: z.string().default(''),
})
type Application = z.infer<typeof Application>

const Decision = Application.extend({ decision: z.enum(['allow', 'deny']).default('allow') })

function back(wanted: Application, answer: Readonly<Record<string, string>>): Answer {
  const target = new URL(wanted.redirect_uri)
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value)
  if (wanted.state !== '') target.searchParams.set('state', wanted.state)
  return { status: 302, redirect: target.href }
}

function refusal(wanted: Application, error: string, description: string): Answer {
  return back(wanted, { error, error_description: description })
}

function scopesOf(wanted: Application): string[] {
  const asked = wanted.scope === '' ? DEFAULT_SCOPE : wanted.scope
  return asked.split(/\s+/).filter(Boolean)
}

/** What the app asked wrongly. A caller that cannot be trusted is not sent back: it sees a page. */
function objection(org: Org, wanted: Application): Answer | undefined {
  if (wanted.client_id !== org.app.clientId)
    return { status: 400, html: blockedPage('invalid_client_id', 'client identifier invalid') }
  if (!isLoopback(wanted.redirect_uri)) {
    const reason = `redirect_uri must match configuration: "${wanted.redirect_uri}" is not on this machine`
    return { status: 400, html: blockedPage('redirect_uri_mismatch', reason) }
  }
  if (wanted.response_type !== 'code')
    return refusal(wanted, 'unsupported_response_type', 'response type not supported')
  if (!scopesOf(wanted).every((scope) => APP_SCOPES.includes(scope)))
    return refusal(wanted, 'invalid_scope', 'the requested scope is not allowed')
  if (wanted.code_challenge === '')
    return refusal(wanted, 'invalid_request', 'missing required code challenge')
  if (wanted.code_challenge_method !== 'S256' || !CHALLENGE.test(wanted.code_challenge))
    return refusal(wanted, 'invalid_request', 'invalid code challenge')
  return undefined
}

/** The page on which the user agrees, or the reason why there is none. */
export function authorize(org: Org, request: SandboxRequest): Answer {
  const wanted = Application.parse(Object.fromEntries(request.query))
  const wrong = objection(org, wanted)
  if (wrong) return wrong
  return { status: 200, html: consentPage(org.app.orgId, scopesOf(wanted), wanted) }
}

/** The user's answer. Without a word about it the user agrees, as one does who only sends the form. */
export function decide(org: Org, request: SandboxRequest): Answer {
  const { decision, ...wanted } = bodyOf(request, Decision)
  const wrong = objection(org, wanted)
  if (wrong) return wrong
  if (decision === 'deny') return refusal(wanted, 'access_denied', 'end-user denied authorization')
  const code = {
    userId: org.app.userId,
    redirectUri: wanted.redirect_uri,
    scope: scopesOf(wanted).join(' '),
    challenge: wanted.code_challenge,
  }
  return back(wanted, { code: issueCode(org.store, code, request.now) })
}
