import { createHash, createHmac } from 'node:crypto'

/** The two halves of a PKCE exchange (RFC 7636, S256). */
export interface Pkce {
  /** Goes with the code: 43 characters. */
  readonly verifier: string
  /** Goes with the consent page. */
  readonly challenge: string
}

/**
 * Both halves for one installation, the same each time for the same state. Only who knows the client secret can
 * make the verifier, so nothing has to be kept between the consent page and the code, which may reach another process.
 */
export function pkceOf(clientSecret: string, state: string): Pkce {
  const verifier = createHmac('sha256', clientSecret).update(`pkce ${state}`).digest('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}
