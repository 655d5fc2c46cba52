import { request } from 'node:http'

/** What became of one request to the app. */
export interface Delivery {
  readonly accepted: boolean
  /** The status, or how the request ended without one. */
  readonly outcome: string
  readonly ms: number
  readonly error?: string
}

interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Posts to the app over a connection of its own. Never rejects. */
export function post({ url, headers, body, timeoutMs, signal }: Post): Promise<Delivery> {
  const begun = performance.now()
  const late = AbortSignal.timeout(timeoutMs)
  return new Promise((resolve) => {
    const settle = (accepted: boolean, outcome: string, error?: string) =>
      resolve({ accepted, outcome, ms: performance.now() - begun, ...(error && { error }) })
    const sent = request(url, {
      method: 'POST',
      agent: false,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal: AbortSignal.any([signal, late]),
    })
    sent.on('response', (response) => {
      const status = response.statusCode ?? 0
      response.on('error', () => undefined).resume()
      settle(status >= 200 && status < 300, String(status))
    })
    sent.on('error', (error) => {
      if (late.aborted) settle(false, 'timeout', `no answer within ${timeoutMs} ms`)
      else settle(false, 'broken', error.message)
    })
    sent.end(body)
  })
}
