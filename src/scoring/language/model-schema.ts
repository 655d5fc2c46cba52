import { z } from 'zod'
import { ACTIONS, GRADES, STAGES } from '../result.ts'
import { accountsSchema } from './accounts-schema.ts'
import { DURATION_REMEDY, readDuration } from './duration.ts'
import { exampleSchema } from './example-schema.ts'
import { conditionSchema } from './predicate-document.ts'

/** The dimensions a result carries. Intent is third-party interest; it counts towards engagement on the matrix. */
export const DIMENSIONS = ['fit', 'engagement', 'intent'] as const
export type DimensionName = (typeof DIMENSIONS)[number]

const ID = /^[a-z][a-z0-9_-]{0,59}$/
const id = z.string().superRefine((value, context) => {
  if (ID.test(value)) return
  context.addIssue({
    code: 'custom',
    message: `"${value}" is not an id`,
    params: { remedy: 'Use small letters, digits, - and _, beginning with a letter.' },
  })
})
const sentence = z.string().trim().min(1).max(200)

const durationSchema = z.custom<string>((value) => isPositiveDuration(value), {
  error: (issue) => `${JSON.stringify(issue.input)} is not a length of time above zero`,
  params: { remedy: DURATION_REMEDY },
})

function isPositiveDuration(value: unknown): boolean {
  return typeof value === 'string' && (readDuration(value) ?? 0) > 0
}

const MAX_POINTS = 10_000
const pointsSchema = z.number().superRefine((value, context) => {
  const hundredths = value * 100
  if (Math.abs(value) <= MAX_POINTS && Math.abs(hundredths - Math.round(hundredths)) < 1e-6) return
  context.addIssue({
    code: 'custom',
    message: `${value} cannot be a number of points`,
    params: { remedy: `Use at most two decimals and at most ${MAX_POINTS} points.` },
  })
})
const maximum = pointsSchema.refine((value) => value > 0, {
  error: 'max must be above 0',
  params: { remedy: 'Write the largest sum that may count, for example max: 100.' },
})

const decay = z.union([
  z.literal('none'),
  z
    .strictObject({
      half_life: durationSchema,
      linear: durationSchema,
      steps: z.strictObject({ every: durationSchema, lose: z.number().gt(0).max(1) }),
      window: durationSchema,
    })
    .partial()
    .refine((value) => Object.keys(value).length === 1, {
      error: 'a decay is exactly one of half_life, linear, steps and window',
      params: { remedy: 'Write for example decay: { half_life: 30d }, or decay: none.' },
    }),
])

const dimension = z.strictObject({ max: maximum, decay: decay.optional() })
const count = z.number().int().min(1).max(1000)

const repeated = z
  .strictObject({
    times: count.min(2),
    within: durationSchema.optional(),
    in_last: durationSchema.optional(),
  })
  .refine(({ within, in_last }) => (within === undefined) !== (in_last === undefined), {
    error: 'repeated needs either `within` or `in_last`',
    params: {
      remedy:
        'Write { times: 3, within: 30d } for three that lie close together, or { times: 3, in_last: 30d } for three in the last 30 days.',
    },
  })

const signal = z.strictObject({
  id,
  label: sentence,
  dimension: z.string(),
  points: pointsSchema,
  when: conditionSchema.optional(),
  unless: conditionSchema.optional(),
  on: id.optional(),
  where: conditionSchema.optional(),
  only: z.literal(true).optional(),
  scale_by: id.optional(),
  replaces: z.union([id, z.array(id).min(1).max(100)]).optional(),
  repeated: repeated.optional(),
  sequence: z
    .array(z.strictObject({ on: id, where: conditionSchema.optional() }))
    .min(2)
    .max(10)
    .optional(),
  within: durationSchema.optional(),
  inactive_for: durationSchema.optional(),
  at_most: z.strictObject({ times: count, per: durationSchema.optional() }).optional(),
  decay: decay.optional(),
})

const gate = z.strictObject({
  id,
  when: conditionSchema.optional(),
  unless: conditionSchema.optional(),
  // biome-ignore lint/suspicious/noThenProperty: "then" is the word of the model language; nothing awaits it
  then: z.strictObject({
    grade_at_most: z.enum(GRADES).optional(),
    stage_at_most: z.enum(STAGES).optional(),
    route: z.literal('none').optional(),
    reason: sentence,
    ask: z.string().optional(),
  }),
})

/** Thresholds that must all be reached; `any` and `all` nest. An empty one always holds. */
export interface ThresholdDocument {
  readonly score?: number | undefined
  readonly fit?: number | undefined
  readonly engagement?: number | undefined
  readonly intent?: number | undefined
  readonly grade?: (typeof GRADES)[number] | undefined
  readonly stage?: (typeof STAGES)[number] | undefined
  readonly any?: readonly ThresholdDocument[] | undefined
  readonly all?: readonly ThresholdDocument[] | undefined
}

const threshold: z.ZodType<ThresholdDocument> = z.strictObject({
  score: pointsSchema.optional(),
  fit: pointsSchema.optional(),
  engagement: pointsSchema.optional(),
  intent: pointsSchema.optional(),
  grade: z.enum(GRADES).optional(),
  stage: z.enum(STAGES).optional(),
  any: z.lazy(() => z.array(threshold).min(1)).optional(),
  all: z.lazy(() => z.array(threshold).min(1)).optional(),
})

const TIER_NAME = /^[A-Za-z][\w-]{0,39}$/
const tierName = z.string().refine((value) => TIER_NAME.test(value) && value !== 'none', {
  error: (issue) => `"${String(issue.input)}" cannot name a tier`,
  params: { remedy: 'Begin with a letter; `none` is what nobody reaches and needs no line.' },
})

const action = z.enum(ACTIONS)
const share = z.number().min(0).max(100)

/** Longer lists are no model that anybody wrote, and checking names takes the square of their length. */
const MOST = 500

export const modelSchema = z.strictObject({
  model: id,
  about: z.string().max(5000).optional(),
  combine: z
    .union([
      z.enum(['sum', 'separate']),
      z.strictObject({
        weighted: z.strictObject({
          fit: share.optional(),
          engagement: share.optional(),
          intent: share.optional(),
        }),
      }),
    ])
    .default('sum'),
  dimensions: z
    .strictObject({ fit: dimension, engagement: dimension, intent: dimension })
    .partial(),
  signals: z.array(signal).min(1).max(MOST),
  groups: z
    .array(z.strictObject({ id, signals: z.array(id).min(1).max(MOST), max: maximum }))
    .max(MOST)
    .default([]),
  gates: z.array(gate).max(MOST).default([]),
  grades: z.partialRecord(z.enum(GRADES), pointsSchema),
  stages: z.strictObject({ mql: threshold, sql: threshold }).partial(),
  tiers: z.record(tierName, threshold),
  matrix: z
    .strictObject({
      fit_high: pointsSchema,
      engagement_high: pointsSchema,
      high_high: action,
      high_low: action,
      low_high: action,
      low_low: action,
    })
    .optional(),
  hysteresis: pointsSchema.min(0).default(0),
  accounts: accountsSchema.optional(),
  routing: z
    .array(z.strictObject({ when: conditionSchema.optional(), to: sentence }))
    .max(MOST)
    .default([]),
  examples: z.array(exampleSchema).max(MOST).default([]),
})

export type ModelDocument = z.infer<typeof modelSchema>
export type SignalDocument = ModelDocument['signals'][number]
export type GateDocument = ModelDocument['gates'][number]
export type DecayDocument = z.infer<typeof decay>
export type MatrixDocument = NonNullable<ModelDocument['matrix']>
