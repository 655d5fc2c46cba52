/** The rubric as tables, for the engines whose rules are data. Points, days and counts; ranges are inclusive. */

interface Range {
  readonly field: string
  readonly from: number
  readonly to?: number
  readonly points: number
}

export const RANGES: readonly Range[] = [
  { field: 'employees', from: 1, to: 10, points: 2 },
  { field: 'employees', from: 11, to: 50, points: 5 },
  { field: 'employees', from: 51, to: 200, points: 10 },
  { field: 'employees', from: 201, to: 1000, points: 15 },
  { field: 'employees', from: 1001, points: 12 },
  { field: 'revenue', from: 1_000_000, to: 9_999_999, points: 6 },
  { field: 'revenue', from: 10_000_000, points: 12 },
  { field: 'days_since_touch', from: 90, points: -12 },
  { field: 'bounces', from: 2, points: -20 },
]

export const SETS = [
  { field: 'country', values: ['US', 'CA', 'GB', 'DE', 'FR'], points: 8 },
  { field: 'country', values: ['IN', 'BR', 'ES', 'IT', 'NL', 'SE'], points: 3 },
  { field: 'industry', values: ['SOFTWARE', 'FINTECH', 'HEALTH', 'RETAIL'], points: 9 },
  { field: 'seniority', values: ['vp', 'cxo', 'director'], points: 14 },
  { field: 'department', values: ['sales', 'marketing', 'revops'], points: 7 },
  { field: 'seniority', values: ['student', 'intern'], points: -15 },
] as const

export const FLAGS = [
  { field: 'free_email', points: -10 },
  { field: 'unsubscribed', points: -25 },
  { field: 'competitor', points: -50 },
] as const

export const DECAYS = [
  { type: 'email_open', halfLife: 14, each: 1, cap: 5 },
  { type: 'email_click', halfLife: 14, each: 3, cap: 12 },
  { type: 'page_view', halfLife: 7, each: 1, cap: 8 },
  { type: 'pricing_view', halfLife: 10, each: 6, cap: 18 },
  { type: 'form_submit', halfLife: 30, each: 8, cap: 16 },
  { type: 'demo_request', halfLife: 45, each: 20, cap: 20 },
  { type: 'webinar', halfLife: 30, each: 7, cap: 14 },
  { type: 'meeting', halfLife: 60, each: 15, cap: 15 },
] as const

export const COUNTS = [
  { type: 'email_open', times: 3, days: 30, points: 3 },
  { type: 'page_view', times: 3, days: 7, points: 4 },
  { type: 'pricing_view', times: 2, days: 14, points: 6 },
  { type: 'email_click', times: 2, days: 30, points: 4 },
] as const
