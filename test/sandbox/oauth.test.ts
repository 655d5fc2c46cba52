import { expect, test } from 'vitest'
import { DEFAULT_REQUIRED_SCOPES } from '../../sandbox/hubspot/oauth.ts'
import { CLIENT, PORTAL_ID, portal, REDIRECT, START, TokenAnswer, V } from './portal.ts'

const consent = (change: Record<string, string> = {}) =>
  `/oauth/authorize?${new URLSearchParams({
    client_id: CLIENT.client_id,
    redirect_uri: REDIRECT,
    scope: DEFAULT_REQUIRED_SCOPES.join(' '),
    state: 'st',
    ...change,
  })}`

test('consent, approval and exchange give a token for the portal', async () => {
  const { json, form, token } = await portal()
  const page = await json('GET', consent({ optional_scope: 'forms' }), undefined)
  expect(page.status).toBe(200)
  expect(page.body).toContain('Connect app')
  const approved = await form('/oauth/authorize/approve', {
    client_id: CLIENT.client_id,
    redirect_uri: REDIRECT,
    scope: DEFAULT_REQUIRED_SCOPES.join(' '),
    optional_scope: 'forms',
    state: 'a b&c',
  })
  const back = new URL(approved.headers.get('location') ?? '')
  expect(approved.status).toBe(302)
  expect(back.origin + back.pathname).toBe(REDIRECT)
  expect(back.searchParams.get('state')).toBe('a b&c')
  const code = back.searchParams.get('code') ?? ''
  const reply = await token({ grant_type: 'authorization_code', code })
  expect(TokenAnswer.parse(reply.body)).toMatchObject({
    hub_id: PORTAL_ID,
    expires_in: 1_800,
    scopes: [...DEFAULT_REQUIRED_SCOPES, 'forms'],
  })
  const again = await token({ grant_type: 'authorization_code', code })
  expect(again).toMatchObject({ status: 400, body: { status: 'BAD_AUTH_CODE' } })
})

test('what the address carries is escaped on the page', async () => {
  const { json } = await portal()
  const page = await json('GET', consent({ state: '"><script>alert(1)</script>' }), undefined)
  expect(page.body).not.toContain('<script>')
  expect(page.body).toContain('&quot;&gt;&lt;script&gt;')
})

test.for<[string, Record<string, string>, string]>([
  ['too few scopes', { scope: 'oauth' }, 'crm.objects.contacts.read'],
  ['too many scopes', { scope: `${DEFAULT_REQUIRED_SCOPES.join(' ')} forms` }, 'forms'],
  ['an unknown app', { client_id: 'x' }, 'client id'],
  ['an address elsewhere', { redirect_uri: 'https://evil.example/' }, 'not on this machine'],
])('%s blocks the install with a page that says so', async ([, change, words]) => {
  const { json, form } = await portal()
  const page = await json('GET', consent(change), undefined)
  expect(page.status).toBe(400)
  expect(page.body).toContain(words)
  const fields = Object.fromEntries(new URL(consent(change), 'http://x').searchParams)
  expect((await form('/oauth/authorize/approve', fields)).status).toBe(400)
})

test('a refresh gives another access token; by default the refresh token stays', async () => {
  const { token, refreshToken, accessToken } = await portal()
  const reply = await token({ grant_type: 'refresh_token', refresh_token: refreshToken })
  const pair = TokenAnswer.parse(reply.body)
  expect(pair.refresh_token).toBe(refreshToken)
  expect(pair.access_token).not.toBe(accessToken)
})

test('with rotation a used refresh token revokes the whole grant', async () => {
  const { token, refreshToken } = await portal([], { rotateRefreshTokens: true })
  const refresh = (text: string) => token({ grant_type: 'refresh_token', refresh_token: text })
  const rotated = TokenAnswer.parse((await refresh(refreshToken)).body)
  expect(rotated.refresh_token).not.toBe(refreshToken)
  expect((await refresh(refreshToken)).body).toMatchObject({ status: 'BAD_REFRESH_TOKEN' })
  expect((await refresh(rotated.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
})

test.for<[Record<string, string>, string, string]>([
  [{ refresh_token: 'nonsense' }, 'invalid_grant', 'BAD_REFRESH_TOKEN'],
  [{ client_secret: 'wrong' }, 'invalid_client', 'BAD_CLIENT_SECRET'],
  [{ client_id: 'wrong' }, 'invalid_client', 'BAD_CLIENT_ID'],
  [{ grant_type: 'password' }, 'unsupported_grant_type', 'BAD_GRANT_TYPE'],
])('a refresh with %j answers %s', async ([change, error, status]) => {
  const { token, refreshToken } = await portal()
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken, ...change }
  expect(await token(fields)).toMatchObject({ status: 400, body: { error, status } })
})

test('the token endpoint wants form fields', async () => {
  const { json, refreshToken } = await portal()
  const fields = { ...CLIENT, grant_type: 'refresh_token', refresh_token: refreshToken }
  expect((await json('POST', `/oauth/${V}/token`, fields)).status).toBe(400)
})

test('a portal that is gone answers BAD_HUB', async () => {
  const { control, token, refreshToken } = await portal()
  await control('/__portal', { gone: true })
  const reply = await token({ grant_type: 'refresh_token', refresh_token: refreshToken })
  expect(reply).toMatchObject({ status: 400, body: { error: 'access_denied', status: 'BAD_HUB' } })
})

test('an access token ends after its lifetime', async () => {
  const { call, clock } = await portal([], { tokenLifetimeS: 60 })
  clock.now = START + 59_999
  expect((await call('GET', `/crm/objects/${V}/contacts`)).status).toBe(200)
  clock.now = START + 60_000
  expect(await call('GET', `/crm/objects/${V}/contacts`)).toMatchObject({
    status: 401,
    body: { category: 'EXPIRED_AUTHENTICATION' },
  })
})

test('no token, a wrong one and a refresh token are all refused', async () => {
  const { json, refreshToken } = await portal()
  for (const token of ['', 'nonsense', refreshToken])
    expect((await json('GET', `/crm/objects/${V}/contacts`, undefined, token)).status).toBe(401)
})

test('a missing scope is named', async () => {
  const { install, json } = await portal()
  const { access_token } = await install('')
  const reply = await json('GET', `/crm/objects/${V}/emails`, undefined, access_token)
  expect(reply).toMatchObject({
    status: 403,
    body: {
      category: 'MISSING_SCOPES',
      errors: [{ context: { requiredGranularScopes: ['sales-email-read'] } }],
    },
  })
  const notes = await json('GET', `/crm/objects/${V}/notes`, undefined, access_token)
  expect(notes.status).toBe(200)
})

test('a scope taken away stops the calls that need it, with the token in hand', async () => {
  const { control, call } = await portal()
  await control('/__portal', { withheldScopes: ['crm.objects.deals.read'] })
  expect((await call('GET', `/crm/objects/${V}/deals`)).status).toBe(403)
  expect((await call('GET', `/crm/objects/${V}/contacts`)).status).toBe(200)
})

test('introspection knows live tokens and no others', async () => {
  const { form, accessToken } = await portal()
  const ask = (token: string) => form(`/oauth/${V}/token/introspect`, { ...CLIENT, token })
  expect((await ask(accessToken)).body).toMatchObject({
    active: true,
    token_use: 'access_token',
    hub_id: PORTAL_ID,
    expires_in: 1_800,
  })
  expect((await ask('nonsense')).body).toEqual({ active: false })
})

test('a revoked refresh token is dead, its access token lives on', async () => {
  const { form, token, refreshToken, call } = await portal()
  await form(`/oauth/${V}/token/revoke`, { ...CLIENT, token: refreshToken })
  const reply = await token({ grant_type: 'refresh_token', refresh_token: refreshToken })
  expect(reply.body).toMatchObject({ status: 'BAD_REFRESH_TOKEN' })
  expect((await call('GET', `/crm/objects/${V}/contacts`)).status).toBe(200)
})

test('an uninstall ends every token at once', async () => {
  const { call, token, refreshToken } = await portal()
  expect((await call('DELETE', `/appinstalls/${V}/external-install`)).status).toBe(204)
  expect((await call('GET', `/crm/objects/${V}/contacts`)).status).toBe(401)
  const reply = await token({ grant_type: 'refresh_token', refresh_token: refreshToken })
  expect(reply.body).toMatchObject({ status: 'BAD_REFRESH_TOKEN' })
})
