import { type Answer, param, type SandboxRequest } from './endpoint.ts'
import { to18 } from './ids.ts'
import { identityUrl, instanceUrl } from './oauth-instance.ts'
import { userOfToken } from './oauth-tokens.ts'
import type { Org } from './org.ts'
import { findRecord } from './record-table.ts'

/** What the login service says of a token that is no session: plain words, and 403 instead of 401. */
const BAD_TOKEN: Answer = { status: 403, html: 'Bad_OAuth_Token' }

function bearerOf(org: Org, request: SandboxRequest): string | undefined {
  const user = userOfToken(org, request.token, request.now)
  return user === undefined || user === 'expired' ? undefined : user.id
}

function facts(org: Org, request: SandboxRequest, userId: string) {
  const fields = findRecord(org.store, 'User', userId)?.fields ?? {}
  const name = [fields['FirstName'], fields['LastName']].filter(Boolean).join(' ')
  return {
    user_id: userId,
    organization_id: org.app.orgId,
    preferred_username: fields['Username'] ?? null,
    nickname: fields['Username'] ?? null,
    name,
    email: fields['Email'] ?? null,
    zoneinfo: fields['TimeZoneSidKey'] ?? 'GMT',
    active: fields['IsActive'] !== false,
    user_type: 'STANDARD',
    language: 'en_US',
    locale: 'en_US',
    urls: { rest: `${instanceUrl(org, request)}/services/data/v{version}/` },
  }
}

/** Who the bearer of a token is. */
export function userInfo(org: Org, request: SandboxRequest): Answer {
  const userId = bearerOf(org, request)
  if (userId === undefined) return BAD_TOKEN
  return {
    status: 200,
    body: { sub: identityUrl(org, request, userId), ...facts(org, request, userId) },
  }
}

/** The identity address of a token's answer: tells the bearer about the user that it names. */
export function identity(org: Org, request: SandboxRequest): Answer {
  const userId = bearerOf(org, request)
  if (userId === undefined) return BAD_TOKEN
  const isOther =
    to18(param(request, 'org')) !== org.app.orgId || to18(param(request, 'user')) !== userId
  if (isOther) return { status: 404, html: 'Bad_Id' }
  const { preferred_username, name, ...rest } = facts(org, request, userId)
  return {
    status: 200,
    body: {
      id: identityUrl(org, request, userId),
      asserted_user: true,
      username: preferred_username,
      display_name: name,
      timezone: rest.zoneinfo,
      ...rest,
    },
  }
}
