import { z } from 'zod'
import { DURATION_REMEDY, readDuration } from './duration.ts'

const ID = /^[a-z][a-z0-9_-]{0,59}$/
export const idSchema = z.string().refine((value) => ID.test(value), {
  error: (issue) => `"${String(issue.input)}" is not an id`,
  params: { remedy: 'Use small letters, digits, - and _, beginning with a letter.' },
})

export const sentenceSchema = z.string().trim().min(1).max(200)

/** A length of time above zero, as text; a bare number gets the same answer as a text that is none. */
export const durationSchema = z.custom<string>(isPositiveDuration, {
  error: (issue) => `${JSON.stringify(issue.input)} is not a length of time above zero`,
  params: { remedy: DURATION_REMEDY },
})

function isPositiveDuration(value: unknown): boolean {
  return typeof value === 'string' && (readDuration(value) ?? 0) > 0
}

/** A length of time back from now; 0d is now. */
export const ageSchema = z.string().refine((value) => readDuration(value) !== undefined, {
  error: (issue) => `${JSON.stringify(issue.input)} is not an age`,
  params: { remedy: DURATION_REMEDY },
})

const MAX_POINTS = 10_000
export const pointsSchema = z
  .number()
  .refine((value) => Math.abs(value) <= MAX_POINTS && hasTwoDecimals(value), {
    error: (issue) => `${String(issue.input)} cannot be a number of points`,
    params: { remedy: `Use at most two decimals and at most ${MAX_POINTS} points.` },
  })

/** What points are multiplied with; two decimals keep the product exact. */
export const factorSchema = z
  .number()
  .min(0)
  .refine(hasTwoDecimals, {
    error: (issue) => `${String(issue.input)} has more than two decimals`,
    params: { remedy: 'Use at most two decimals, for example 0.75.' },
  })

const TIER_NAME = /^[A-Za-z][\w-]{0,39}$/
export const tierNameSchema = z
  .string()
  .refine((value) => TIER_NAME.test(value) && value !== 'none', {
    error: (issue) => `"${String(issue.input)}" cannot name a tier`,
    params: { remedy: 'Begin with a letter; `none` is what nobody reaches and needs no line.' },
  })

/** 0.07 × 100 is not 7 in binary, but nearly. */
function hasTwoDecimals(value: number): boolean {
  const hundredths = value * 100
  return Math.abs(hundredths - Math.round(hundredths)) < 1e-6
}
