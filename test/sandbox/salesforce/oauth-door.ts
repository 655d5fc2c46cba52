import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { ORG_APP, ORG_REDIRECT, openOrg, orgSend } from '../org.ts'

const VERIFIER = randomBytes(48).toString('base64url')

export const challengeOf = (verifier: string) =>
  createHash('sha256').update(verifier).digest('base64url')

const CONSENT = {
  response_type: 'code',
  client_id: ORG_APP.client_id,
  redirect_uri: ORG_REDIRECT,
  scope: 'api refresh_token',
  state: 'a b&c',
  code_challenge: challengeOf(VERIFIER),
  code_challenge_method: 'S256',
}

export const TokenAnswer = z.object({ access_token: z.string(), refresh_token: z.string() })
const Counts = z.object({
  refreshes: z.number(),
  reuses: z.number(),
  revocations: z.number(),
  busy: z.number(),
  live: z.number(),
})

export const form = (url: string, fields: Record<string, string>) =>
  orgSend(url, { method: 'POST', body: new URLSearchParams(fields) })

/** An org that the app is connected to, and every step of the way in by itself. */
export async function door(options: Parameters<typeof openOrg>[1] = {}) {
  const org = await openOrg([], options)
  const token = (fields: Record<string, string>) =>
    form(`${org.url}/services/oauth2/token`, { ...ORG_APP, ...fields })
  return {
    ...org,
    token,
    refreshToken: org.tokens.refresh_token ?? '',
    consent: (change: Record<string, string> = {}) =>
      orgSend(
        `${org.url}/services/oauth2/authorize?${new URLSearchParams({ ...CONSENT, ...change })}`,
      ),
    decide: (change: Record<string, string> = {}) =>
      form(`${org.url}/services/oauth2/authorize`, { ...CONSENT, ...change }),
    async code() {
      const reply = await form(`${org.url}/services/oauth2/authorize`, CONSENT)
      return new URL(reply.headers.get('location') ?? '').searchParams.get('code') ?? ''
    },
    redeem: (code: string, change: Record<string, string> = {}) =>
      token({
        grant_type: 'authorization_code',
        code,
        code_verifier: VERIFIER,
        redirect_uri: ORG_REDIRECT,
        ...change,
      }),
    refresh: (refreshToken: string) =>
      token({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    /** Whether a session can make a call. */
    async works(accessToken: string) {
      const headers = { authorization: `Bearer ${accessToken}` }
      const reply = await orgSend(`${org.url}/services/oauth2/userinfo`, { headers })
      return reply.status === 200
    },
    counts: async () => Counts.parse((await org.lever('/__tokens', undefined, 'GET')).body),
  }
}

/** Where an answer sends the browser. */
export const location = (reply: { headers: Headers }) =>
  new URL(reply.headers.get('location') ?? '')
