import type { ServerOptions } from 'node:http'

/**
 * How long and how much a client may take to say what it wants; whoever is slower gets 408 and is cut off, so that
 * nobody keeps connections open by a byte now and then. Times in milliseconds.
 */
export interface ClientLimits extends ServerOptions {
  /** From the first byte, or from connecting, to the end of the headers. */
  readonly headersTimeout: number
  /** To the end of the body: 10 MB of webhooks in 5 s is what HubSpot itself waits for. */
  readonly requestTimeout: number
  /** How often it is looked. */
  readonly connectionsCheckingInterval: number
  /** All headers together, in bytes. */
  readonly maxHeaderSize: number
  /** More are refused with 431. CRMs and proxies send about 30. */
  readonly maxHeadersCount: number
}

export const CLIENT_LIMITS: ClientLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
  maxHeadersCount: 100,
}
