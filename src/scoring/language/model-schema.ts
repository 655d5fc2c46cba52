import { z } from 'zod'
import { ACTIONS, GRADES, STAGES } from '../result.ts'
import { accountsSchema } from './accounts-schema.ts'
import { exampleSchema } from './example-schema.ts'
import { conditionSchema } from './predicate-document.ts'
import {
  durationSchema,
  idSchema as id,
  pointsSchema,
  sentenceSchema as sentence,
  tierNameSchema,
} from './value-schemas.ts'

/** The dimensions a result carries. Intent is third-party interest; it counts towards engagement on the matrix. */
export const DIMENSIONS = ['fit', 'engagement', 'intent'] as const
export type DimensionName = (typeof DIMENSIONS)[number]

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
  tiers: z.record(tierNameSchema, threshold),
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
