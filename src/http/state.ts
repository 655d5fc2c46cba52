import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** An admin needs this long at most to read the CRM's consent page. */
export const STATE_LIFETIME_MS = 10 * 60_000

/** What somebody was sent to the CRM for: to connect an account, or to show that they belong to one. */
export type Purpose = (typeof PURPOSES)[number]
const PURPOSES = ['install', 'sign-in'] as const

/** What a genuine state says. */
export interface State {
  readonly purpose: Purpose
  /** 128 random bits; the browser that was sent to the CRM has them in a cookie. */
  readonly nonce: string
}

/** An OAuth `state` on its way out. */
interface SignedState {
  readonly nonce: string
  readonly text: string
}

/**
 * The OAuth `state`: a nonce and its time of birth under our signature, so that a callback which we did not
 * start, or started for another CRM, is refused. The purpose is signed, too: whoever agreed to signing in has agreed
 * to no installation.
 */
export function signState(secret: string, crm: string, now: Date, purpose: Purpose): SignedState {
  const nonce = randomBytes(16).toString('base64url')
  const claim = `${now.getTime()}.${nonce}`
  return { nonce, text: `${claim}.${signature(secret, crm, purpose, claim)}` }
}

/**
 * What a state says; null unless it was signed by us for this CRM and is not too old.
 * @param secrets the present one, and the former while it is being replaced
 */
export function readState(
  secrets: readonly string[],
  crm: string,
  text: string,
  now: Date,
): State | null {
  const parts = text.split('.')
  const [bornAt, nonce, signed] = parts
  if (parts.length !== 3 || !bornAt || !nonce || !signed) return null
  // All are tried in any case, so that the time taken does not tell which one it was.
  const [purpose] = PURPOSES.filter((each) =>
    secrets
      .map((secret) => sameText(signed, signature(secret, crm, each, `${bornAt}.${nonce}`)))
      .includes(true),
  )
  const ageMs = now.getTime() - Number(bornAt)
  return purpose && ageMs >= 0 && ageMs <= STATE_LIFETIME_MS ? { purpose, nonce } : null
}

/** Compares two texts in a time that tells nothing about where they differ. */
export function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function signature(secret: string, crm: string, purpose: Purpose, claim: string): string {
  const text = `oauth state ${purpose} ${crm} ${claim}`
  return createHmac('sha256', secret).update(text).digest('base64url')
}
