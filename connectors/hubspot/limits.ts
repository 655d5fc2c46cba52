import type { Allowance } from '../connector.ts'

/**
 * 110 calls per 10 s and installing account for a marketplace app. A bucket of 2 that refills with 105 per 10 s
 * passes at most 107 in any such window and still uses 95 % of it.
 */
export const GENERAL: Allowance = { key: 'general', calls: 105, perMs: 10_000, burst: 2 }

/** 5 searches per second and account, shared by all apps in it; one is left to the others. */
export const SEARCH: Allowance = { key: 'search', calls: 4, perMs: 1_000, burst: 1 }

/** Reading associations is exempt from the 10 s limit; its own limit is unpublished, so this is a courtesy. */
export const ASSOCIATIONS: Allowance = { key: 'associations', calls: 20, perMs: 1_000, burst: 1 }

/** Records of one `GET /crm/objects` page. */
export const LIST_PAGE = 100
/** Records of one search page. */
export const SEARCH_PAGE = 200
/** Inputs of one object batch. */
export const BATCH = 100
/** Inputs of one object batch that asks for the history of its properties. */
export const HISTORY_BATCH = 50
/** Ids of one association read. */
export const ASSOCIATION_BATCH = 1_000
/** Batches written side by side. */
export const BATCHES_IN_FLIGHT = 4
/** Characters of a search body. */
export const MAX_SEARCH_BODY = 3_000
/** Characters of a URL; longer ones are refused with 414. */
export const MAX_URL = 15_000

/** Rate limit windows: how long to keep still after a 429, by `policyName`. */
export const HOLD_MS = {
  TEN_SECONDLY_ROLLING: 10_000,
  SECONDLY: 1_000,
  // Ends at midnight in the account's time zone, which an answer does not tell: look again every hour.
  DAILY: 3_600_000,
} as const
/** A portal that moves to another data centre says how long in `Retry-After`; up to a day. */
export const MIGRATION_HOLD_MS = { usual: 3_600_000, longest: 86_400_000 } as const

/** Several batches, so that a slow one does not leave the allowance unused. */
export const WRITES_AT_ONCE = 400

/** How far the search index usually lags; the hourly late pass looks for what lags more. */
export const INDEX_LAG_MS = 5 * 60_000
