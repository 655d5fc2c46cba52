import { expect, test } from 'vitest'
import { z } from 'zod'
import { DATA, ORG_APP, ORG_ID, ORG_REDIRECT, ORG_START, orgSend } from '../org.ts'
import { challengeOf, door, form, location } from './oauth-door.ts'

test('consent, approval and exchange give tokens for the org', async () => {
  const { consent, decide, redeem, url } = await door()
  const page = await consent()
  expect(page.status).toBe(200)
  expect(page.body).toContain('<form method="post" action="/services/oauth2/authorize">')
  const back = location(await decide())
  expect(back.origin + back.pathname).toBe(ORG_REDIRECT)
  expect(back.searchParams.get('state')).toBe('a b&c')
  const reply = await redeem(back.searchParams.get('code') ?? '')
  expect(reply).toMatchObject({
    status: 200,
    body: {
      token_type: 'Bearer',
      scope: 'api refresh_token',
      instance_url: url,
      issued_at: String(ORG_START),
      id: expect.stringMatching(new RegExp(`^${url}/id/${ORG_ID}/005\\w{15}$`)),
      signature: expect.stringMatching(/^[\w+/]{43}=$/),
    },
  })
  expect(reply.body).not.toHaveProperty('expires_in')
})

test('the page’s form, sent as a browser sends it, brings the code', async () => {
  const { consent, redeem, url } = await door()
  const html = z.string().parse((await consent()).body)
  const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1] ?? ''
  const fields = [...html.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')] as const,
  )
  const back = location(await form(url + action, Object.fromEntries(fields)))
  expect(back.searchParams.get('state')).toBe('a b&c')
  expect((await redeem(back.searchParams.get('code') ?? '')).status).toBe(200)
})

test('what the address carries is escaped on the page', async () => {
  const { consent } = await door()
  const page = await consent({ state: '"><script>alert(1)</script>' })
  expect(page.body).not.toContain('<script>')
  expect(page.body).toContain('&quot;&gt;&lt;script&gt;')
})

test('a user may refuse', async () => {
  const { decide } = await door()
  const back = location(await decide({ decision: 'deny' }))
  expect(back.searchParams.get('error')).toBe('access_denied')
  expect(back.searchParams.get('error_description')).toBe('end-user denied authorization')
  expect(back.searchParams.get('state')).toBe('a b&c')
  expect(back.searchParams.has('code')).toBe(false)
})

test.for<[string, Record<string, string>, string]>([
  ['no challenge', { code_challenge: '' }, 'invalid_request'],
  ['no method', { code_challenge_method: '' }, 'invalid_request'],
  ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['a challenge that is no SHA-256', { code_challenge: 'short' }, 'invalid_request'],
  ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ['a scope that is not the app’s', { scope: 'api full' }, 'invalid_scope'],
])('%s sends the user back with the error', async ([, change, error]) => {
  const { consent, decide } = await door()
  for (const reply of [await consent(change), await decide(change)]) {
    expect(reply.status).toBe(302)
    expect(location(reply).searchParams.get('error')).toBe(error)
  }
})

test.for<[string, Record<string, string>, string]>([
  ['an unknown app', { client_id: 'x' }, 'invalid_client_id'],
  ['an address elsewhere', { redirect_uri: 'https://evil.example/' }, 'redirect_uri_mismatch'],
])('%s is told on a page, and never sent anywhere', async ([, change, error]) => {
  const { consent, decide } = await door()
  for (const reply of [await consent(change), await decide(change)]) {
    expect(reply.status).toBe(400)
    expect(reply.body).toContain(`error=${error}`)
  }
})

test('a code works once', async () => {
  const { code, redeem } = await door()
  const text = await code()
  expect((await redeem(text)).status).toBe(200)
  expect(await redeem(text)).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'expired authorization code' },
  })
})

test('a code ends after 15 minutes', async () => {
  const { code, redeem, clock } = await door()
  const texts = [await code(), await code()]
  clock.now = ORG_START + 15 * 60_000 - 1
  expect((await redeem(texts[0] ?? '')).status).toBe(200)
  clock.now = ORG_START + 15 * 60_000
  expect((await redeem(texts[1] ?? '')).status).toBe(400)
})

test.for<[string, Record<string, string>, string]>([
  ['no verifier', { code_verifier: '' }, 'invalid_grant'],
  ['another verifier', { code_verifier: 'x'.repeat(64) }, 'invalid_grant'],
  ['another address', { redirect_uri: 'http://127.0.0.1:9/other' }, 'redirect_uri_mismatch'],
  ['a wrong secret', { client_secret: 'wrong' }, 'invalid_client'],
  ['a wrong client id', { client_id: 'wrong' }, 'invalid_client_id'],
  ['another grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
])('a code with %s buys nothing', async ([, change, error]) => {
  const { code, redeem } = await door()
  expect(await redeem(await code(), change)).toMatchObject({ status: 400, body: { error } })
})

test('a verifier of more than 128 characters buys nothing', async () => {
  const { decide, redeem } = await door()
  const verifier = 'v'.repeat(171)
  const back = location(await decide({ code_challenge: challengeOf(verifier) }))
  const reply = await redeem(back.searchParams.get('code') ?? '', { code_verifier: verifier })
  expect(reply).toMatchObject({ status: 400, body: { error_description: 'invalid code verifier' } })
})

test('the token endpoint wants form fields', async () => {
  const { url, refreshToken } = await door()
  const body = { ...ORG_APP, grant_type: 'refresh_token', refresh_token: refreshToken }
  const reply = await orgSend(`${url}/services/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(reply).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
})

test('without the scope refresh_token there is no refresh token', async () => {
  const { decide, redeem } = await door()
  const back = location(await decide({ scope: 'api' }))
  const reply = await redeem(back.searchParams.get('code') ?? '')
  expect(reply).toMatchObject({ status: 200, body: { scope: 'api' } })
  expect(reply.body).not.toHaveProperty('refresh_token')
})

test.for([['', 'no token'] as const, ['nonsense', 'a wrong one'] as const])(
  'the API refuses %j: %s',
  async ([token]) => {
    const { url } = await door()
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const reply = await orgSend(`${url}${DATA}/composite/sobjects`, {
      method: 'PATCH',
      headers,
      body: '{"records":[]}',
    })
    expect(reply.status).toBe(401)
  },
)

test('who a token belongs to', async () => {
  const { url, tokens, code, redeem } = await door()
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  const info = await orgSend(`${url}/services/oauth2/userinfo`, { headers })
  expect(info).toMatchObject({
    status: 200,
    body: {
      user_id: expect.stringMatching(/^005\w{15}$/),
      organization_id: ORG_ID,
      preferred_username: expect.stringContaining('@'),
      zoneinfo: expect.any(String),
    },
  })
  const { id } = z.object({ id: z.string() }).parse((await redeem(await code())).body)
  expect(await orgSend(id, { headers })).toMatchObject({
    status: 200,
    body: { id, organization_id: ORG_ID },
  })
  expect((await orgSend(id)).status).toBe(403)
  const bad = await orgSend(`${url}/services/oauth2/userinfo`)
  expect(bad).toMatchObject({ status: 403, body: 'Bad_OAuth_Token' })
})
