import {
  CrmAuthExpired,
  CrmDisconnected,
  type CrmError,
  CrmMisconfigured,
  CrmRejected,
  CrmUnavailable,
} from '../../src/errors.ts'
import type { Answer } from '../http.ts'
import { CRM } from './api-version.ts'
import { TokenError } from './schema.ts'

const OUR_FAULT = [
  'invalid_client',
  'invalid_client_id',
  'invalid_client_credentials',
  'unauthorized_client',
  'redirect_uri_mismatch',
  'unsupported_grant_type',
  'invalid_scope',
  'oauth_flow_disabled',
]
/** The customer ended our access; only connecting again gives it back. */
const GONE = ['invalid_grant', 'invalid_token', 'access_denied']
/** The customer's side sleeps; whoever wakes it connects again. */
const ASLEEP = ['inactive_user', 'inactive_org']
/** `invalid_request` is what a second renewal of one token gets while the first is being processed. */
const PASSING = [
  'invalid_request',
  'rate_limit_exceeded',
  'server_error',
  'temporarily_unavailable',
]

/** Why a refresh token gave no tokens. */
export function refreshError(answer: Answer): CrmError {
  return generalError(answer) ?? refusedRefresh(answer)
}

/** Why a code gave no tokens: a code that is used up or late says nothing about the installation. */
export function codeError(answer: Answer): CrmError {
  return generalError(answer) ?? refusal(answer)
}

function generalError(answer: Answer): CrmError | undefined {
  const { error, said } = told(answer)
  if (answer.status === 429 || answer.status >= 500 || error === undefined) {
    return new CrmUnavailable(CRM, `The token endpoint of Salesforce answered ${answer.status}`)
  }
  if (isForeignAddress(error, said)) {
    return new CrmMisconfigured(
      CRM,
      `Salesforce takes no requests for tokens from this address (${said}). Add the addresses from which ` +
        'Plumbline reaches the internet to the allow-list of the app (and to the login IP ranges of the org)',
      { quotes: said },
    )
  }
  if (!OUR_FAULT.includes(error)) return undefined
  return new CrmMisconfigured(
    CRM,
    `Salesforce does not accept our app (${said}). Check client id, client secret, redirect URL and scopes`,
    { quotes: said },
  )
}

function refusedRefresh(answer: Answer): CrmError {
  const { error, said } = told(answer)
  if (GONE.includes(error ?? '')) {
    return new CrmDisconnected(CRM, `Salesforce ended the connection: ${said}`, { quotes: said })
  }
  if (ASLEEP.includes(error ?? '')) {
    return new CrmAuthExpired(CRM, `Salesforce lets our user in no more: ${said}`, { quotes: said })
  }
  if (PASSING.includes(error ?? '')) {
    return new CrmUnavailable(CRM, `Salesforce gave no tokens this time: ${said}`, { quotes: said })
  }
  return refusal(answer)
}

function refusal(answer: Answer): CrmRejected {
  const { said } = told(answer)
  return new CrmRejected(CRM, answer.status, `Salesforce gave no tokens: ${said}. Connect again`)
}

/**
 * Told by the description alone: the code is that of a revoked token, `invalid_grant`, or another (unverified). The
 * one exception to reading codes only, as it would end every customer's connection when our address changes.
 */
function isForeignAddress(error: string, said: string): boolean {
  return /ip.?(restricted|not.?allowed)/i.test(`${error} ${said}`)
}

function told(answer: Answer): { readonly error: string | undefined; readonly said: string } {
  const { error, error_description } = tokenErrorBody(answer)
  return { error, said: error_description ?? error ?? `status ${answer.status}` }
}

function tokenErrorBody(answer: Answer): TokenError {
  try {
    return TokenError.catch({}).parse(JSON.parse(answer.text))
  } catch {
    return {}
  }
}
