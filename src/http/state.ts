import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** An admin needs this long at most to read the CRM's consent page. */
const LIFETIME_MS = 15 * 60_000

/**
 * The OAuth `state`: a nonce and its time of birth under our signature, so that a callback which we did not
 * start is refused. Nothing is stored.
 */
export function signState(secret: string, now: Date): string {
  const claim = `${now.getTime()}.${randomBytes(16).toString('base64url')}`
  return `${claim}.${signature(secret, claim)}`
}

/** Whether `state` was signed by us and is not too old. */
export function isOurState(secret: string, state: string, now: Date): boolean {
  const parts = state.split('.')
  const [bornAt, nonce, signed] = parts
  if (parts.length !== 3 || !bornAt || !nonce || !signed) return false
  const given = Buffer.from(signed)
  const expected = Buffer.from(signature(secret, `${bornAt}.${nonce}`))
  const genuine = given.length === expected.length && timingSafeEqual(given, expected)
  const ageMs = now.getTime() - Number(bornAt)
  return genuine && ageMs >= 0 && ageMs <= LIFETIME_MS
}

function signature(secret: string, claim: string): string {
  return createHmac('sha256', secret).update(`oauth state ${claim}`).digest('base64url')
}
