import { expect, test } from 'vitest'
import { connectOrg, DATA, ORG_APP, ORG_START, orgSend, startOrg } from '../org.ts'
import { door, form, TokenAnswer } from './oauth-door.ts'

const DAY_MS = 86_400_000

test('each refresh gives a new pair, and earlier sessions live on', async () => {
  const { refresh, refreshToken, works, tokens } = await door()
  const first = TokenAnswer.parse((await refresh(refreshToken)).body)
  const second = TokenAnswer.parse((await refresh(first.refresh_token)).body)
  expect(new Set([refreshToken, first.refresh_token, second.refresh_token]).size).toBe(3)
  for (const { access_token } of [tokens, first, second])
    expect(await works(access_token)).toBe(true)
})

test('a refresh token that was exchanged ends the whole grant', async () => {
  const { refresh, refreshToken, works, counts, tokens } = await door()
  const first = TokenAnswer.parse((await refresh(refreshToken)).body)
  const expired = {
    status: 400,
    body: { error: 'invalid_grant', error_description: 'expired access/refresh token' },
  }
  expect(await refresh(refreshToken)).toMatchObject(expired)
  expect(await refresh(first.refresh_token)).toMatchObject(expired)
  for (const { access_token } of [tokens, first]) expect(await works(access_token)).toBe(false)
  expect(await counts()).toEqual({ refreshes: 1, reuses: 1, revocations: 1, busy: 0, live: 0 })
})

test('of ten refreshes at a time one is done, and nine are told to wait', async () => {
  const { lever, refresh, refreshToken, works, counts } = await door()
  await lever('/__tokens', { delayRefreshMs: 300 })
  const replies = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)))
  const done = replies.filter(({ status }) => status === 200)
  expect(done).toHaveLength(1)
  for (const reply of replies.filter(({ status }) => status !== 200))
    expect(reply).toMatchObject({
      status: 400,
      body: {
        error: 'invalid_request',
        error_description: 'Token request is already being processed',
      },
    })
  expect(await works(TokenAnswer.parse(done[0]?.body).access_token)).toBe(true)
  expect(await counts()).toMatchObject({ refreshes: 1, reuses: 0, revocations: 0, busy: 9 })
})

test('of ten refreshes one after another the second ends it all', async () => {
  const { refresh, refreshToken, counts } = await door()
  const statuses: number[] = []
  for (let turn = 0; turn < 10; turn += 1) statuses.push((await refresh(refreshToken)).status)
  expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 400)])
  expect(await counts()).toMatchObject({ refreshes: 1, revocations: 1, live: 0 })
})

test('a session ends so long after its last use', async () => {
  const { works, clock, tokens, call, counts } = await door({ tokenLifetimeS: 60 })
  clock.now = ORG_START + 59_000
  expect(await works(tokens.access_token)).toBe(true)
  clock.now = ORG_START + 118_999
  expect(await works(tokens.access_token)).toBe(true)
  expect((await counts()).live).toBe(1)
  clock.now += 60_000
  expect(await call('PATCH', 'composite/sobjects', { records: [] })).toMatchObject({
    status: 401,
    body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
  })
  expect((await counts()).live).toBe(0)
})

test('a refresh token is no session', async () => {
  const { works, refreshToken } = await door()
  expect(await works(refreshToken)).toBe(false)
})

test('a refresh token that rests for 30 days ends; each refresh starts them anew', async () => {
  const { refresh, refreshToken, clock } = await door()
  clock.now = ORG_START + 30 * DAY_MS - 1
  const first = TokenAnswer.parse((await refresh(refreshToken)).body)
  clock.now += 30 * DAY_MS - 1
  const second = TokenAnswer.parse((await refresh(first.refresh_token)).body)
  clock.now += 30 * DAY_MS
  expect((await refresh(second.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
})

test('a sixth approval ends the oldest', async () => {
  const { url, tokens, works, counts } = await door()
  const others = []
  for (let turn = 0; turn < 4; turn += 1) others.push(await connectOrg(url))
  expect(await works(tokens.access_token)).toBe(true)
  const sixth = await connectOrg(url)
  expect(await works(tokens.access_token)).toBe(false)
  for (const { access_token } of [...others, sixth]) expect(await works(access_token)).toBe(true)
  expect((await counts()).revocations).toBe(1)
})

test('revoking a refresh token ends its grant', async () => {
  const { url, refreshToken, refresh, works, tokens } = await door()
  const revoke = () => form(`${url}/services/oauth2/revoke`, { token: refreshToken })
  expect((await revoke()).status).toBe(200)
  expect(await works(tokens.access_token)).toBe(false)
  expect((await refresh(refreshToken)).status).toBe(400)
  expect(await revoke()).toMatchObject({ status: 400, body: { error: 'invalid_token' } })
})

test('revoking a session leaves the grant', async () => {
  const { url, refreshToken, refresh, works, tokens } = await door()
  await form(`${url}/services/oauth2/revoke`, { token: tokens.access_token })
  expect(await works(tokens.access_token)).toBe(false)
  expect((await refresh(refreshToken)).status).toBe(200)
})

test('an admin can end all sessions, or the app altogether', async () => {
  const { lever, refresh, refreshToken, works, tokens } = await door()
  await lever('/__tokens', { expire: true })
  expect(await works(tokens.access_token)).toBe(false)
  const next = TokenAnswer.parse((await refresh(refreshToken)).body)
  expect(await works(next.access_token)).toBe(true)
  await lever('/__tokens', { revoke: true })
  expect(await works(next.access_token)).toBe(false)
  expect((await refresh(next.refresh_token)).body).toMatchObject({ error: 'invalid_grant' })
})

test('a refresh from an address that is not listed is refused, and costs no token', async () => {
  const { lever, refresh, refreshToken } = await door()
  await lever('/__tokens', { ipRestricted: true })
  expect(await refresh(refreshToken)).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'ip restricted' },
  })
  await lever('/__tokens', { ipRestricted: false })
  expect((await refresh(refreshToken)).status).toBe(200)
})

test('an org that moves answers at its new address only, which the next refresh tells', async () => {
  const { url, lever, refresh, refreshToken, tokens } = await door()
  const headers = {
    authorization: `Bearer ${tokens.access_token}`,
    'content-type': 'application/json',
  }
  const write = (base: string) =>
    orgSend(`${base}${DATA}/composite/sobjects`, {
      method: 'PATCH',
      headers,
      body: '{"records":[]}',
    })
  await lever('/__tokens', { instanceUrlPath: '/moved/1' })
  expect(await write(url)).toMatchObject({ status: 404, body: expect.stringContaining('<html>') })
  expect((await write(`${url}/moved/1`)).status).toBe(200)
  const { body } = await refresh(refreshToken)
  expect(body).toMatchObject({ instance_url: `${url}/moved/1` })
  await lever('/__tokens', { instanceUrlPath: '/moved/2' })
  expect((await write(`${url}/moved/1`)).status).toBe(404)
  expect((await write(`${url}/moved/2`)).status).toBe(200)
})

test('tokens outlive a restart', async () => {
  const { close, file, tokens, refreshToken } = await door()
  await close()
  const again = await startOrg(file, { now: () => ORG_START })
  try {
    const headers = { authorization: `Bearer ${tokens.access_token}` }
    const info = await orgSend(`${again.url}/services/oauth2/userinfo`, { headers })
    expect(info.status).toBe(200)
    const fields = { ...ORG_APP, grant_type: 'refresh_token', refresh_token: refreshToken }
    expect((await form(`${again.url}/services/oauth2/token`, fields)).status).toBe(200)
  } finally {
    await again.close()
  }
})

test('a lever that is not understood says so', async () => {
  const { lever } = await door()
  expect(await lever('/__tokens', { instanceUrlPath: 'https://elsewhere' })).toMatchObject({
    status: 400,
    body: [{ message: expect.stringContaining('/moved/1') }],
  })
})
