import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { receive, verify, type WebhookApp } from '../../../connectors/hubspot/webhook.ts'
import type { WebhookRequest } from '../../../connectors/notice.ts'
import { NotGenuine, UserError } from '../../../src/errors.ts'
import { SECRET, signatureOf, signedBySender, TARGET } from './signer.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const APP: WebhookApp = { clientSecret: SECRET, webhookUrl: TARGET }

const accept =
  (request: WebhookRequest, app = APP) =>
  () =>
    receive(app, request, NOW)

function changed(request: WebhookRequest, headers: Record<string, string | undefined>) {
  return { ...request, headers: { ...request.headers, ...headers } }
}

function isGenuine(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch (error) {
    if (error instanceof NotGenuine) return false
    throw error
  }
}

describe('the signature', () => {
  const good = signedBySender('[]', { at: NOW })

  test.each([
    ['1693657560000', 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y='],
    ['1700000300000', 'RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw='],
  ])('published vector at %s is genuine', (timestamp, signature) => {
    const url = 'https://www.example.com/webhook_uri'
    const request = {
      method: 'POST',
      url,
      headers: { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp },
      body: Buffer.from("{'example_field':'example_value'}"),
    }
    const now = new Date(Number(timestamp))
    // Genuine, but its body is no JSON.
    expect(() => receive({ ...APP, webhookUrl: url }, request, now)).toThrow(UserError)
    const other = { ...APP, clientSecret: 'another', webhookUrl: url }
    expect(() => receive(other, request, now)).toThrow(NotGenuine)
  })

  test('a genuine request is read', () => {
    expect(receive(APP, good, NOW)).toEqual({ notices: [], unreadable: [] })
  })

  test.each([
    ['without a signature', { 'x-hubspot-signature-v3': undefined }],
    ['with an empty signature', { 'x-hubspot-signature-v3': '' }],
    ['with a short signature', { 'x-hubspot-signature-v3': 'AAAA' }],
    ['with a long signature', { 'x-hubspot-signature-v3': 'A'.repeat(10_000) }],
    ['without a timestamp', { 'x-hubspot-request-timestamp': undefined }],
    ['with a second signature', { 'X-HubSpot-Signature-v3': 'x' }],
    ['with a second timestamp', { 'X-HubSpot-Request-Timestamp': String(NOW.getTime()) }],
  ])('a request %s is refused', (_name, headers) => {
    expect(accept(changed(good, headers))).toThrow(NotGenuine)
  })

  test('a header whose other spelling is there without a value is there once', () => {
    expect(accept(changed(good, { 'X-HubSpot-Signature-v3': undefined }))).not.toThrow()
  })

  test.each([
    ['another target', { ...good, url: `${TARGET}/` }, 'this is not the target of webhooks'],
    [
      'no signature',
      changed(good, { 'x-hubspot-signature-v3': undefined }),
      'x-hubspot-signature-v3',
    ],
    ['an old timestamp', signedBySender('[]', { at: new Date(0) }), 'of the last five minutes'],
    ['a signature of others', signedBySender('[]', { at: NOW, secret: 'x' }), 'does not fit'],
  ])('%s is told for what it is', (_name, request, words) => {
    expect(accept(request)).toThrow(words)
  })

  test('two values in one header are refused, even if one of them fits', () => {
    const both = `${good.headers['x-hubspot-signature-v3']}, x`
    expect(accept(changed(good, { 'x-hubspot-signature-v3': both }))).toThrow(NotGenuine)
  })

  test.each([
    'NaN',
    '',
    'Infinity',
    '1e13',
    '-1',
    '0x19',
    // The right moment, written as Number() takes it too.
    ` ${NOW.getTime()}`,
    `${NOW.getTime()} `,
    `+${NOW.getTime()}`,
    `${NOW.getTime()}.0`,
    `0${'0'.repeat(16)}${NOW.getTime()}`,
    '99999999999999999999',
  ])('a genuinely signed timestamp "%s" is refused', (timestamp) => {
    const signature = signatureOf({ method: 'POST', url: TARGET, body: '[]', timestamp })
    const headers = {
      'x-hubspot-signature-v3': signature,
      'x-hubspot-request-timestamp': timestamp,
    }
    expect(accept({ ...good, headers })).toThrow(NotGenuine)
  })

  test.each([
    [-300_001, false],
    [-300_000, true],
    [300_000, true],
    [300_001, false],
  ])('signed %i ms from now is genuine: %s', (ms, genuine) => {
    const request = signedBySender('[]', { at: new Date(NOW.getTime() + ms) })
    expect(isGenuine(() => receive(APP, request, NOW))).toBe(genuine)
  })

  test('the method is part of it', () => {
    expect(accept({ ...good, method: 'PUT' })).toThrow(NotGenuine)
    expect(accept(signedBySender('[]', { at: NOW, method: 'PUT' }))).not.toThrow()
  })

  test("another app's secret is refused; the former one of ours is taken while it is set", () => {
    const old = signedBySender('[]', { at: NOW, secret: 'former' })
    expect(accept(old)).toThrow(NotGenuine)
    expect(accept(old, { ...APP, previousClientSecret: 'former' })).not.toThrow()
    expect(accept(good, { ...APP, previousClientSecret: 'former' })).not.toThrow()
  })

  test('what was signed for another address of ours is no webhook', () => {
    const card = signedBySender('[]', { at: NOW, url: `${TARGET}?portalId=1&userId=2` })
    expect(accept(card)).toThrow(NotGenuine)
    expect(accept(good, { clientSecret: SECRET })).toThrow(NotGenuine)
  })

  test('exactly twelve escapes of the address are decoded before signing', () => {
    const decoded = "/:?@!'()*,;$"
    const escaped = '%2F%3A%3F%40%21%27%28%29%2A%2C%3B%24'
    const at = (path: string) => `https://plumbline.example/cards?portalId=1&x=${path}`
    const timestamp = String(NOW.getTime())
    const headers = (url: string) => ({
      'x-hubspot-signature-v3': signatureOf({ method: 'GET', url, body: '', timestamp }),
      'x-hubspot-request-timestamp': timestamp,
    })
    const get = (url: string, signedUrl: string) => () =>
      verify(APP, { method: 'GET', url, headers: headers(signedUrl), body: Buffer.alloc(0) }, NOW)
    expect(get(at(escaped), at(decoded))).not.toThrow()
    expect(get(at('%20%26%3D%2B%25'), at('%20%26%3D%2B%25'))).not.toThrow()
    expect(get(at('%20'), at(' '))).toThrow(NotGenuine)
    // Decoded once, not again.
    expect(get(at('%2540'), at('%2540'))).not.toThrow()
    expect(get(at('%2540'), at('@'))).toThrow(NotGenuine)
  })

  test('no change of a single bit or byte is accepted, and none throws anything else', () => {
    const body = '[{"portalId":1,"objectId":7,"subscriptionType":"contact.creation"}]'
    const request = signedBySender(body, { at: NOW })
    const whole = signedBySender(body, { at: NOW, url: `${TARGET}?portalId=1` })
    expect(accept(request)).not.toThrow()
    expect(verify(APP, whole, NOW)).toEqual({ accountId: '1' })
    const place = fc.constantFrom('method', 'url', 'body', 'timestamp', 'signature' as const)
    let tried = 0
    fc.assert(
      fc.property(place, fc.nat(), fc.nat(), fc.boolean(), (where, index, value, flip) => {
        const mutate = (text: string) => mutated(text, index, value, flip)
        for (const [original, isGenuine] of [
          [request, (each: WebhookRequest) => receive(APP, each, NOW)],
          // Not bound to one address beforehand: the signature alone has to tell.
          [whole, (each: WebhookRequest) => verify(APP, each, NOW)],
        ] as const) {
          expect(() => isGenuine(mutation(original, where, mutate))).toThrow(NotGenuine)
          tried += 1
        }
      }),
      { numRuns: 5_000 },
    )
    expect(tried).toBe(10_000)
  })
})

function mutated(text: string, index: number, value: number, flip: boolean): string {
  const bytes = Buffer.from(text, 'latin1')
  const at = index % bytes.length
  const old = bytes[at] ?? 0
  // Another value in any case.
  bytes[at] = flip ? old ^ (1 << (value % 7)) : (old + 1 + (value % 126)) % 128
  return bytes.toString('latin1')
}

function mutation(
  request: WebhookRequest,
  where: string,
  mutate: (text: string) => string,
): WebhookRequest {
  const header = (name: string) => ({ [name]: mutate(request.headers[name] ?? '') })
  if (where === 'method') return { ...request, method: mutate(request.method) }
  if (where === 'url') return { ...request, url: mutate(request.url) }
  if (where === 'body') return { ...request, body: Buffer.from(mutate(String(request.body))) }
  if (where === 'timestamp') return changed(request, header('x-hubspot-request-timestamp'))
  return changed(request, header('x-hubspot-signature-v3'))
}

describe("a card's request", () => {
  const ask = (query: string) =>
    verify(
      APP,
      signedBySender('', {
        at: NOW,
        method: 'GET',
        url: `https://plumbline.example/cards?${query}`,
      }),
      NOW,
    )

  test('speaks for the portal that its signed address names', () => {
    expect(ask('portalId=4711&userId=5')).toEqual({ accountId: '4711' })
  })

  test.each(['', 'userId=5', 'portalId=', 'portalId=1&portalId=2', 'portalId=1x', 'portalId=x1'])(
    'that names "%s" speaks for nobody',
    (query) => {
      expect(() => ask(query)).toThrow(
        new NotGenuine('the signed address does not name one portal'),
      )
    },
  )
})

describe('what is no list of events', () => {
  test.each(['', '{}', 'null', '"x"', '[', 'NaN'])('%s is told so', (body) => {
    expect(accept(signedBySender(body, { at: NOW }))).toThrow(
      'The body is not a JSON list of events',
    )
    expect(accept(signedBySender(body, { at: NOW }))).toThrow(UserError)
  })

  test('what broke the parser stays with the error', () => {
    const broken = accept(signedBySender('[', { at: NOW }))
    expect(broken).toThrow(expect.objectContaining({ cause: expect.any(SyntaxError) }))
  })

  test('lists within lists are read sixteen deep and no deeper', () => {
    const nested = (depth: number) =>
      accept(signedBySender('['.repeat(depth) + ']'.repeat(depth), { at: NOW }))
    expect(nested(16)).not.toThrow()
    expect(nested(17)).toThrow('The body is not a JSON list of events: it is nested too deep')
  })
})
