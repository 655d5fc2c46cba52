import { createHash, createHmac } from 'node:crypto'

/** What the signature covers; `url` as the app's webhook settings have it, `body` as it is sent. */
export interface SignedRequest {
  readonly method: string
  readonly url: string
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

/** The percent codes that are signed as the character they stand for; all others are signed as written. */
const DECODED = /%(3A|2F|3F|40|21|27|28|29|2A|2C|3B|24)/gi

/** The third version: base64 of an HMAC-SHA256 over method, URL, body and time. */
export function signatureV3(secret: string, request: SignedRequest): string {
  const uri = request.url.replace(DECODED, (code) => decodeURIComponent(code))
  return createHmac('sha256', secret)
    .update(request.method + uri + request.body + request.timestamp)
    .digest('base64')
}

/** The first version, which is still sent beside the third. */
export function signatureV1(secret: string, body: string): string {
  return createHash('sha256')
    .update(secret + body)
    .digest('hex')
}
