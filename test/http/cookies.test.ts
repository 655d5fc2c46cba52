import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express, { type Request, type Response } from 'express'
import { afterEach, describe, expect, test } from 'vitest'
import { sessionCookie, visitorCookie } from '../../src/http/admin/cookies.ts'
import { formToken, isOwnForm } from '../../src/http/admin/form-guard.ts'
import { signedRequest } from '../../src/http/signed-request.ts'
import { cookieNamed, stateCookie } from '../../src/http/state-cookie.ts'

const HTTP = 'http://plumbline.example'
const HTTPS = 'https://plumbline.example'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** What a browser gets, and what `work` returned, when it asks for `/path?a=%2F`. */
async function asked<T>(
  work: (request: Request, response: Response) => T,
  headers: Readonly<Record<string, string>> = {},
) {
  const held: T[] = []
  const app = express().all('/path', (request, response) => {
    held.push(work(request, response))
    response.end()
  })
  const server = app.listen(0, '127.0.0.1')
  closers.push(() => void server.close())
  await once(server, 'listening')
  // Listening on a port, it has one.
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/path?a=%2F`, { headers })
  return { returned: held[0], cookies: answer.headers.getSetCookie() }
}

describe('a cookie of ours', () => {
  const GONE = 'Expires=Thu, 01 Jan 1970 00:00:00 GMT'
  test.each([
    [
      'of a session, over http',
      sessionCookie,
      HTTP,
      'plumbline-session=v; Path=/; HttpOnly; SameSite=Lax',
    ],
    [
      'of a session, over https',
      sessionCookie,
      HTTPS,
      '__Host-plumbline-session=v; Path=/; HttpOnly; Secure; SameSite=Lax',
    ],
    [
      'of a visitor, over http',
      visitorCookie,
      HTTP,
      'plumbline-visitor=v; Path=/; HttpOnly; SameSite=Lax',
    ],
    [
      'of a visitor, over https',
      visitorCookie,
      HTTPS,
      '__Host-plumbline-visitor=v; Path=/; HttpOnly; Secure; SameSite=Lax',
    ],
  ])('%s is set, read and cleared alike', async (_which, cookieOf, url, written) => {
    const cookie = cookieOf(url)
    const { cookies } = await asked((_, response) => cookie.set(response, 'v'))
    expect(cookies).toEqual([written])
    const [name] = written.split('=')
    const read = await asked((request) => cookie.read(request), { cookie: `${name}=v` })
    expect(read.returned).toBe('v')
    expect((await asked((request) => cookie.read(request))).returned).toBeUndefined()
    const cleared = await asked((_, response) => cookie.clear(response))
    expect(cleared.cookies).toEqual([
      written.replace('=v;', '=;').replace('Path=/;', `Path=/; ${GONE};`),
    ])
  })

  test.each([
    [HTTP, 'plumbline-install', ''],
    [HTTPS, '__Host-plumbline-install', ' Secure;'],
  ])(
    'of an installation at %s lives for ten minutes and is taken once',
    async (url, name, only) => {
      const cookie = stateCookie(url)
      const { cookies } = await asked((_, response) => cookie.set(response, 'nonce'))
      expect(cookies).toEqual([
        expect.stringMatching(
          new RegExp(
            `^${name}=nonce; Max-Age=600; Path=/; Expires=[^;]+; HttpOnly;${only} SameSite=Lax$`,
          ),
        ),
      ])
      const take = (headers: Readonly<Record<string, string>>) =>
        asked((request, response) => cookie.take(request, response), headers)
      const taken = await take({ cookie: `${name}=nonce` })
      expect(taken.returned).toBe('nonce')
      expect(taken.cookies).toEqual([`${name}=; Path=/; ${GONE}; HttpOnly;${only} SameSite=Lax`])
      expect((await take({})).returned).toBeUndefined()
    },
  )

  test.each([
    ['a=1', '1'],
    ['b=2; a=1', '1'],
    ['b=2;a = 1 ;c=3', '1'],
    ['a=1=2', '1=2'],
    ['a=1; a=2', '1'],
    ['a=', ''],
    ['a', ''],
    ['aa=1; b=a', undefined],
    ['', undefined],
  ])('named a is found in "%s": %s', (header, value) => {
    expect(cookieNamed('a', header)).toBe(value)
  })
})

describe('the token of a form', () => {
  const token = 'CkPsTxxBUQRb1SeHMBdqdpVc-hlPkaAiT7HplfNkIQ8'

  test('follows from the cookie, so that a form outlives a restart', () => {
    expect(formToken('the cookie')).toBe(token)
  })

  test.each([
    ['the cookie', token, true],
    ['another', token, false],
    ['the cookie', `${token}x`, false],
    ['the cookie', '', false],
    [undefined, token, false],
  ])('of the cookie "%s": "%s" is ours: %s', (cookie, given, own) => {
    expect(isOwnForm(cookie, given)).toBe(own)
  })
})

describe('a signed request', () => {
  test('is of our public address, whatever Host says, with its query as it came', async () => {
    const headers = { 'x-one': 'a', 'x-forwarded-host': 'evil.example' }
    const { returned } = await asked((request) => signedRequest(request, HTTPS), headers)
    expect(returned).toMatchObject({
      method: 'GET',
      url: 'https://plumbline.example/path?a=%2F',
      headers,
      body: Buffer.alloc(0),
    })
  })

  test('that has a header twice has it once, joined', async () => {
    const { returned } = await asked((request) =>
      signedRequest(Object.assign(request, { headers: { 'set-cookie': ['a', 'b'] } }), HTTPS),
    )
    expect(returned?.headers).toEqual({ 'set-cookie': 'a, b' })
  })

  test('has the body that was handed over', async () => {
    const body = Buffer.from('[]')
    const { returned } = await asked((request) => signedRequest(request, HTTPS, body))
    expect(returned?.body).toBe(body)
  })
})
