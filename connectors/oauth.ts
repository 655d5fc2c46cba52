import type { z } from 'zod'
import type { Clock } from '../src/clock.ts'
import { CrmUnavailable } from '../src/errors.ts'
import { type Answer, exchange, parseJson, type Sleep } from './http.ts'

/**
 * How long a token endpoint may take. A renewal holds the installation's tokens meanwhile, and others give up
 * after 15 s (src/store/tokens.ts).
 */
export const TOKEN_TIMEOUT_MS = 10_000

/** How the token endpoint is talked to. */
export interface OauthTransport {
  readonly timeoutMs: number
  readonly sleep: Sleep
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
}

/** Sends a form to a token endpoint, once. @throws CrmUnavailable when nothing whole arrived in time */
export function postForm(
  crm: string,
  url: string,
  fields: Readonly<Record<string, string>>,
  { timeoutMs, signal }: Pick<OauthTransport, 'timeoutMs' | 'signal'>,
): Promise<Answer> {
  const body = new URLSearchParams(fields)
  return exchange(
    (stop) => fetch(url, { method: 'POST', body, signal: stop, redirect: 'manual' }),
    { crm, timeoutMs, signal, asks: { method: 'POST', url } },
  )
}

/** What a good token answer says. @throws CrmUnavailable that names the fields that are not as promised */
export function readTokenAnswer<T>(crm: string, shape: z.ZodType<T>, answer: Answer): T {
  const parsed = shape.safeParse(parseJson(crm, answer))
  // Which field was wrong is safe to say; its content is a token.
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
  throw new CrmUnavailable(crm, `The token answer is not as promised: ${fields}`)
}
