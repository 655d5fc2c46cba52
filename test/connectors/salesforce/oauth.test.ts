import { createHash } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import {
  authorizeUrl,
  exchangeCode,
  type OauthApp,
  refreshTokens,
  revokeToken,
} from '../../../connectors/salesforce/oauth.ts'
import { pkceOf } from '../../../connectors/salesforce/pkce.ts'
import {
  CrmAuthExpired,
  CrmDisconnected,
  CrmMisconfigured,
  CrmRejected,
  CrmUnavailable,
} from '../../../src/errors.ts'
import { movableClock, recordingSleep } from '../helpers.ts'
import { json, NOW, openPlain } from './plain-server.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

const GOOD = {
  access_token: `00D!access-2`,
  refresh_token: 'refresh-2',
  signature: 'x',
  scope: 'refresh_token api',
  instance_url: 'https://acme.my.salesforce.example',
  id: `https://login.salesforce.com/id/00D000000000001EAA/005000000000001AAA`,
  token_type: 'Bearer',
  issued_at: '1793534400000',
}

/** A token endpoint that gives the answers in turn, the last one for ever. */
async function tokenEndpoint(answers: readonly (readonly [number, unknown])[]) {
  const server = await openPlain((_, res, nth) => {
    const [status, body] = answers[Math.min(nth, answers.length) - 1] ?? [500, '']
    if (typeof body === 'string') res.writeHead(status, { 'content-type': 'text/html' }).end(body)
    else json(res, status, body)
  })
  closers.push(server.close)
  return { app: app(server.url), asked: server.asked }
}

function app(loginUrl: string): OauthApp {
  return {
    loginUrl,
    clientId: 'client-1',
    clientSecret: 'secret & more',
    redirectUrl: 'https://plumbline.example/oauth/salesforce?x=1',
  }
}

function transport() {
  const { slept, sleep } = recordingSleep()
  return { timeoutMs: 5_000, sleep, slept, clock: movableClock(NOW) }
}

test('the consent address asks for lasting access, with a challenge that the code’s verifier answers', () => {
  const url = authorizeUrl(app('https://login.salesforce.example/'), 'state/1')
  expect(url).toMatch(/^https:\/\/login\.salesforce\.example\/services\/oauth2\/authorize\?/)
  expect(url).not.toContain('+')
  const query = Object.fromEntries(new URL(url).searchParams)
  const { verifier } = pkceOf('secret & more', 'state/1')
  expect(query).toEqual({
    response_type: 'code',
    client_id: 'client-1',
    redirect_uri: 'https://plumbline.example/oauth/salesforce?x=1',
    scope: 'api refresh_token',
    state: 'state/1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
})

test('a verifier is of the length that RFC 7636 wants, and another for each state and secret', () => {
  const verifiers = [
    pkceOf('secret', 'state-1'),
    pkceOf('secret', 'state-2'),
    pkceOf('other', 'state-1'),
  ].map(({ verifier }) => verifier)
  expect(new Set(verifiers).size).toBe(3)
  for (const verifier of verifiers) expect(verifier).toMatch(/^[\w-]{43}$/)
  expect(pkceOf('secret', 'state-1').verifier).toBe(verifiers[0])
})

test('a code buys tokens for an org', async () => {
  const { app, asked } = await tokenEndpoint([[200, GOOD]])
  expect(await exchangeCode(app, 'code-1', 'state/1', transport())).toEqual({
    accountId: '00D000000000001EAA',
    scopes: ['refresh_token', 'api'],
    notGranted: [],
    tokens: {
      accessToken: '00D!access-2',
      refreshToken: 'refresh-2',
      expiresAt: new Date('2026-11-02T00:00:00Z'),
      home: { instanceUrl: 'https://acme.my.salesforce.example', userId: '005000000000001AAA' },
    },
  })
  expect(asked).toHaveLength(1)
  const [request] = asked
  expect([request?.method, request?.url]).toEqual(['POST', '/services/oauth2/token'])
  expect(Object.fromEntries(new URLSearchParams(request?.text))).toEqual({
    grant_type: 'authorization_code',
    code: 'code-1',
    redirect_uri: 'https://plumbline.example/oauth/salesforce?x=1',
    client_id: 'client-1',
    client_secret: 'secret & more',
    code_verifier: pkceOf('secret & more', 'state/1').verifier,
  })
})

test('an app that grants no lasting access is refused with the remedy', async () => {
  const { app } = await tokenEndpoint([[200, { ...GOOD, refresh_token: undefined }]])
  const exchanged = exchangeCode(app, 'code-1', 's', transport())
  await expect(exchanged).rejects.toThrow(/no refresh token.*refresh_token.*connect again/)
})

test('a rotated refresh token replaces the old one; without a new one the old one stays', async () => {
  const { app } = await tokenEndpoint([
    [200, GOOD],
    [200, { ...GOOD, refresh_token: undefined, instance_url: 'https://new.salesforce.example/' }],
  ])
  expect((await refreshTokens(app, 'refresh-1', transport())).refreshToken).toBe('refresh-2')
  expect(await refreshTokens(app, 'refresh-1', transport())).toMatchObject({
    refreshToken: 'refresh-1',
    home: { instanceUrl: 'https://new.salesforce.example' },
  })
})

test.each([
  [
    'a revoked token',
    { error: 'invalid_grant', error_description: 'expired access/refresh token' },
    CrmDisconnected,
  ],
  ['an inactive user', { error: 'inactive_user' }, CrmAuthExpired],
  ['a wrong client id', { error: 'invalid_client_id' }, CrmMisconfigured],
  [
    'a wrong secret',
    { error: 'invalid_client', error_description: 'invalid client credentials' },
    CrmMisconfigured,
  ],
  [
    'a foreign address',
    { error: 'invalid_grant', error_description: 'ip restricted' },
    CrmMisconfigured,
  ],
  ['a foreign address by code', { error: 'ip_restricted' }, CrmMisconfigured],
  [
    'a renewal under way',
    { error: 'invalid_request', error_description: 'Token request is already being processed' },
    CrmUnavailable,
  ],
  ['too many logins', { error: 'rate_limit_exceeded' }, CrmUnavailable],
  ['a code of its own', { error: 'something_new' }, CrmRejected],
  ['an HTML page', '<html>', CrmUnavailable],
  ['JSON of another shape', { message: 'x' }, CrmUnavailable],
])('%s', async (_, body, kind) => {
  const { app, asked } = await tokenEndpoint([[400, body]])
  const error = await refreshTokens(app, 'refresh-1', transport()).catch((e) => e)
  expect(error.constructor).toBe(kind)
  expect(error.message).not.toContain('refresh-1')
  expect(asked).toHaveLength(1)
})

test('a foreign address is told with what to do', async () => {
  const body = { error: 'invalid_grant', error_description: 'ip restricted' }
  const { app } = await tokenEndpoint([[400, body]])
  await expect(refreshTokens(app, 'r', transport())).rejects.toThrow(/addresses.*allow-list/)
})

test('a code that is used up ends no connection', async () => {
  const body = { error: 'invalid_grant', error_description: 'expired authorization code' }
  const { app, asked } = await tokenEndpoint([[400, body]])
  const error = await exchangeCode(app, 'c', 's', transport()).catch((e) => e)
  expect(error.constructor).toBe(CrmRejected)
  expect(error.message).toContain('Connect again')
  expect(asked).toHaveLength(1)
})

test('a renewal is one request: the tokens are locked meanwhile, so the caller is who tries again', async () => {
  for (const trouble of [
    [502, '<html>'],
    [400, { error: 'invalid_request' }],
  ] as const) {
    const { app, asked } = await tokenEndpoint([trouble, [200, GOOD]])
    const waits = transport()
    await expect(refreshTokens(app, 'refresh-1', waits)).rejects.toThrow(CrmUnavailable)
    expect(asked).toHaveLength(1)
    expect(waits.slept).toEqual([])
  }
})

test('a code is presented again after an outage', async () => {
  const { app, asked } = await tokenEndpoint([
    [502, '<html>'],
    [200, GOOD],
  ])
  const waits = transport()
  await exchangeCode(app, 'code-1', 's', waits)
  expect(asked).toHaveLength(2)
  expect(waits.slept).toHaveLength(1)
})

test.each([
  ['access_token', { access_token: '' }],
  ['instance_url', { instance_url: 'nowhere' }],
  ['org and user', { id: 'https://login.salesforce.com/id/nobody' }],
])('an answer without %s says so and shows no token', async (named, part) => {
  const { app } = await tokenEndpoint([[200, { ...GOOD, ...part }]])
  const error = await refreshTokens(app, 'refresh-1', transport()).catch((e) => e)
  expect(error).toBeInstanceOf(CrmUnavailable)
  expect(error.message).toContain(named)
  expect(error.message).not.toContain('refresh-2')
})

test('a token is revoked once; an unknown one was revoked before', async () => {
  const { app, asked } = await tokenEndpoint([
    [200, ''],
    [400, { error: 'invalid_token' }],
    [503, ''],
  ])
  await revokeToken(app, 'refresh-1', transport())
  expect([asked[0]?.url, asked[0]?.text]).toEqual(['/services/oauth2/revoke', 'token=refresh-1'])
  await expect(revokeToken(app, 'refresh-1', transport())).rejects.toThrow(CrmDisconnected)
  await expect(revokeToken(app, 'refresh-1', transport())).rejects.toThrow(CrmUnavailable)
})
