import { createHmac } from 'node:crypto'
import type { WebhookRequest } from '../../../connectors/notice.ts'

export const SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'
export const TARGET = 'https://plumbline.example/webhooks/hubspot'

/** Base64 of HMAC-SHA256 over method, address, body and timestamp, as HubSpot documents it. */
export function signatureOf(
  parts: { method: string; url: string; body: string | Buffer; timestamp: string },
  secret = SECRET,
): string {
  const text = Buffer.concat([
    Buffer.from(parts.method + parts.url),
    Buffer.from(parts.body),
    Buffer.from(parts.timestamp),
  ])
  return createHmac('sha256', secret).update(text).digest('base64')
}

interface Sending {
  readonly method?: string
  readonly url?: string
  readonly at: Date
  readonly secret?: string
}

/** A request as HubSpot sends it. */
export function signedBySender(body: string | Buffer, sending: Sending): WebhookRequest {
  const { method = 'POST', url = TARGET, at, secret = SECRET } = sending
  const timestamp = String(at.getTime())
  return {
    method,
    url,
    headers: {
      'content-type': 'application/json',
      'x-hubspot-signature-v3': signatureOf({ method, url, body, timestamp }, secret),
      'x-hubspot-request-timestamp': timestamp,
    },
    body: Buffer.from(body),
  }
}
