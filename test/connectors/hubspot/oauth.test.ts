import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import {
  authorizeUrl,
  exchangeCode,
  type OauthApp,
  refreshTokens,
} from '../../../connectors/hubspot/oauth.ts'
import {
  CrmDisconnected,
  CrmError,
  CrmMisconfigured,
  CrmRateLimited,
  CrmRejected,
  CrmUnavailable,
} from '../../../src/errors.ts'
import { movableClock, recordingSleep } from '../helpers.ts'

const NOW = new Date('2026-11-01T12:00:00Z')
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

interface Asked {
  readonly path: string
  readonly type: string
  readonly form: Record<string, string>
}

/** A token endpoint that gives the answers in turn, the last one for ever. */
async function tokenEndpoint(answers: readonly (readonly [number, unknown])[]) {
  const asked: Asked[] = []
  const server = createServer(async (req, res) => {
    let text = ''
    for await (const chunk of req) text += chunk
    asked.push({
      path: `${req.method} ${req.url}`,
      type: req.headers['content-type'] ?? '',
      form: Object.fromEntries(new URLSearchParams(text)),
    })
    const [status, body] = answers[Math.min(asked.length, answers.length) - 1] ?? [500, '']
    res.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  // A server that listens on TCP has an address object.
  const { port } = server.address() as AddressInfo
  return { app: app(`http://127.0.0.1:${port}`), asked }
}

function app(apiUrl: string): OauthApp {
  return {
    apiUrl,
    authorizeUrl: 'https://app.hubspot.com/oauth/authorize',
    clientId: 'client-1',
    clientSecret: 'secret & more',
    redirectUrl: 'https://plumbline.example/oauth/hubspot?x=1',
  }
}

function transport() {
  const { slept, sleep } = recordingSleep()
  return { timeoutMs: 5_000, sleep, slept, clock: movableClock(NOW) }
}

const GOOD = {
  token_type: 'bearer',
  access_token: 'access-2',
  refresh_token: 'refresh-2',
  expires_in: 1800,
  hub_id: 4711,
  scopes: ['oauth'],
}

test('the consent address asks for exactly the required scopes, parted by %20', () => {
  const url = authorizeUrl(app('http://127.0.0.1:1'), 'state/1')
  expect(url).toMatch(/^https:\/\/app\.hubspot\.com\/oauth\/authorize\?client_id=client-1&/)
  expect(url).not.toContain('+')
  const query = new URL(url).searchParams
  expect(query.get('redirect_uri')).toBe('https://plumbline.example/oauth/hubspot?x=1')
  expect(query.get('state')).toBe('state/1')
  expect(query.get('optional_scope')).toBe(
    'crm.objects.deals.read sales-email-read crm.lists.read crm.lists.write',
  )
  expect(query.get('scope')?.split(' ').toSorted()).toEqual([
    'crm.objects.companies.read',
    'crm.objects.companies.write',
    'crm.objects.contacts.read',
    'crm.objects.contacts.write',
    'crm.objects.owners.read',
    'crm.schemas.companies.read',
    'crm.schemas.companies.write',
    'crm.schemas.contacts.read',
    'crm.schemas.contacts.write',
    'oauth',
  ])
})

test('a code buys tokens for a portal', async () => {
  const { app, asked } = await tokenEndpoint([[200, GOOD]])
  expect(await exchangeCode(app, 'code-1', transport())).toEqual({
    accountId: '4711',
    scopes: ['oauth'],
    notGranted: [
      'Deals were not granted: conversions cannot be learned.',
      'E-mails were not granted: who answered one is not known.',
      'Lists were not granted: segments have to be made by hand.',
    ],
    tokens: {
      accessToken: 'access-2',
      refreshToken: 'refresh-2',
      expiresAt: new Date('2026-11-01T12:30:00Z'),
    },
  })
  expect(asked).toEqual([
    {
      path: 'POST /oauth/2026-09/token',
      type: 'application/x-www-form-urlencoded;charset=UTF-8',
      form: {
        grant_type: 'authorization_code',
        code: 'code-1',
        redirect_uri: 'https://plumbline.example/oauth/hubspot?x=1',
        client_id: 'client-1',
        client_secret: 'secret & more',
      },
    },
  ])
})

test('a rotated refresh token replaces the old one; without a new one the old one stays', async () => {
  const { app } = await tokenEndpoint([
    [200, GOOD],
    [200, { ...GOOD, refresh_token: undefined }],
  ])
  expect((await refreshTokens(app, 'refresh-1', transport())).refreshToken).toBe('refresh-2')
  expect((await refreshTokens(app, 'refresh-1', transport())).refreshToken).toBe('refresh-1')
})

test.each([
  ['BAD_REFRESH_TOKEN', { error: 'invalid_grant', status: 'BAD_REFRESH_TOKEN' }, CrmDisconnected],
  ['BAD_HUB', { error: 'invalid_grant', status: 'BAD_HUB' }, CrmDisconnected],
  ['access_denied', { error: 'access_denied' }, CrmDisconnected],
  ['invalid_client', { error: 'invalid_client' }, CrmMisconfigured],
  ['BAD_CLIENT_SECRET', { status: 'BAD_CLIENT_SECRET' }, CrmMisconfigured],
  [
    'a client error beside a grant error',
    { error: 'invalid_client', status: 'BAD_REFRESH_TOKEN' },
    CrmMisconfigured,
  ],
  ['BAD_REDIRECT_URI', { status: 'BAD_REDIRECT_URI' }, CrmMisconfigured],
  ['BAD_AUTH_CODE', { error: 'invalid_grant', status: 'BAD_AUTH_CODE' }, CrmRejected],
  ['an HTML page', '<html>', CrmRejected],
])('%s', async (_, body, kind) => {
  for (const status of [400, 401]) {
    const { app, asked } = await tokenEndpoint([[status, body]])
    const error = await refreshTokens(app, 'refresh-1', transport()).catch((e) => e)
    expect(error).toBeInstanceOf(kind)
    expect(error.constructor).toBe(kind)
    expect(asked).toHaveLength(1)
  }
})

test('an outage of the token endpoint disconnects nobody', async () => {
  const down = await tokenEndpoint([[500, '']])
  await expect(refreshTokens(down.app, 'r', transport())).rejects.toThrow(CrmUnavailable)
})

test('a renewal is one request: the tokens are locked meanwhile, so the caller is who tries again', async () => {
  for (const trouble of [
    [502, '<html>'],
    [429, { policyName: 'SECONDLY' }],
  ] as const) {
    const { app, asked } = await tokenEndpoint([trouble, [200, GOOD]])
    const waits = transport()
    await expect(refreshTokens(app, 'refresh-1', waits)).rejects.toThrow(CrmError)
    expect(asked).toHaveLength(1)
    expect(waits.slept).toEqual([])
  }
})

test('a code is presented again after an outage, and after a rate limit within bounds', async () => {
  const limited = [429, { policyName: 'SECONDLY' }] as const
  const { app, asked } = await tokenEndpoint([[502, '<html>'], limited, [200, GOOD]])
  const waits = transport()
  await exchangeCode(app, 'code-1', waits)
  expect(asked).toHaveLength(3)
  expect(waits.slept).toHaveLength(2)
  expect(waits.slept[1]).toBe(1_000)
  const endless = await tokenEndpoint([limited])
  await expect(exchangeCode(endless.app, 'c', transport())).rejects.toThrow(CrmRateLimited)
})

test('an answer without a token says which field is missing and shows none', async () => {
  const { app } = await tokenEndpoint([[200, { ...GOOD, access_token: '' }]])
  const error = await refreshTokens(app, 'refresh-1', transport()).catch((e) => e)
  expect(error).toBeInstanceOf(CrmUnavailable)
  expect(error.message).toContain('access_token')
  expect(error.message).not.toContain('refresh-2')
})
