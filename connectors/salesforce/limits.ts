import type { Allowance } from '../connector.ts'

/** Records of one sObject Collections call. */
export const BATCH = 200
/** Writes handed over together: enough for a bulk job to be worth its price. */
export const WRITES_AT_ONCE = 10_000
/** A transaction may take 10 minutes, and dates its records before it commits; two more for clocks. */
export const VISIBLE_WITHIN_MS = 12 * 60_000
/** Only calls of 20 s and more are limited (25 at once, 5 in small orgs); the customer's other apps need theirs. */
export const CALLS_AT_ONCE = 10

/** How long to keep still after a refusal; no header says it. */
export const HOLD_MS = { daily: 15 * 60_000, concurrent: 20_000 } as const

const DAY_MS = 86_400_000
/** Requests per day of the smallest orgs, until an answer says how many there are. */
export const UNTOLD_LIMIT = 15_000
/** Who would have to wait longer gives its worker's slot to another installation. */
const PATIENCE_MS = 60_000
/** The part of a day's share that may go at once after a pause: an hour's work of a first reading. */
const AT_ONCE = 0.25

/**
 * Our share of the org's requests of 24 h. A bucket passes what it holds and what drips in within any 24 h, so both
 * together are the share; a quarter of it at once, the rest evenly.
 * @param limit requests of all the org's apps in 24 h
 * @param share 0..1
 */
export function dailyAllowance(limit: number, share: number): Allowance {
  const calls = Math.max(2, Math.floor(limit * share))
  const burst = Math.max(1, Math.floor(calls * AT_ONCE))
  return { key: 'daily', calls: calls - burst, perMs: DAY_MS, burst, patienceMs: PATIENCE_MS }
}
