import type { Request } from 'express'
import type { WebhookRequest } from '../../connectors/notice.ts'

/** A request as the CRM signed it: by our public address, because the Host header is anybody's to choose. */
export function signedRequest(
  { method, originalUrl, headers }: Request,
  publicUrl: string,
  body: Buffer = Buffer.alloc(0),
): WebhookRequest {
  // A header that is there twice arrives joined by a comma, which no signature and no time contains.
  const texts = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ])
  return { method, url: `${publicUrl}${originalUrl}`, headers: Object.fromEntries(texts), body }
}
