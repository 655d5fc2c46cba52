import { z } from 'zod'
import { DURATION_REMEDY, readDuration } from './duration.ts'

const duration = z.string().refine((value) => (readDuration(value) ?? 0) > 0, {
  error: (issue) => `${JSON.stringify(issue.input)} is not a length of time above zero`,
  params: { remedy: DURATION_REMEDY },
})
const count = z.number().int().min(1)

/** How people add up to their account. */
export const accountsSchema = z.strictObject({
  engaged_within: duration.optional(),
  people: z
    .strictObject({
      weight_by_seniority: z.record(z.string(), z.number().min(0).max(10)).optional(),
      diminishing: z.number().min(0).max(1).optional(),
    })
    .optional(),
  committee: z.strictObject({ people: count, points: z.number() }).optional(),
  cross_functional: z.strictObject({ functions: count, points: z.number() }).optional(),
  tiers: z.record(z.string().regex(/^[A-Za-z][\w-]*$/), z.number()).optional(),
})
