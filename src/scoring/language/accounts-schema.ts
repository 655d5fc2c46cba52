import { z } from 'zod'
import { factsDocumentSchema } from './facts-document.ts'
import { conditionSchema } from './predicate-document.ts'
import {
  ageSchema,
  durationSchema,
  factorSchema,
  idSchema,
  pointsSchema,
  sentenceSchema,
  tierNameSchema,
} from './value-schemas.ts'

const atLeastTwo = z.number().int().min(2).max(1000)
const fitMaximum = pointsSchema.refine((value) => value > 0 && value <= 100, {
  error: 'company fit counts between 0 and 100 points',
  params: { remedy: 'Write the most that it may count, for example max: 40.' },
})

/** A person of an account as an example writes one: facts, and what the person's own score says. */
const standing = z.strictObject({
  name: sentenceSchema.optional(),
  facts: factsDocumentSchema.shape.person,
  engagement: pointsSchema.min(0).default(0),
  intent: pointsSchema.min(0).default(0),
  /** Since the person last did something that counts; absent: never. */
  age: ageSchema.optional(),
})

const expectation = z
  .strictObject({
    score: z.number(),
    tier: z.string(),
    engaged: z.number(),
    functions: z.array(z.string()),
    roles_engaged: z.array(z.string()),
  })
  .partial()
  .refine((value) => Object.keys(value).length > 0, {
    error: 'the example expects nothing',
    params: { remedy: 'Say what must come out, for example expect: { score: 60, tier: B }.' },
  })

const accountExample = z.strictObject({
  name: sentenceSchema,
  company: factsDocumentSchema.shape.company,
  people: z.array(standing).max(1000).default([]),
  previous_tier: z.string().optional(),
  expect: expectation,
})

const buyingRole = z.strictObject({ role: idSchema, label: sentenceSchema, when: conditionSchema })

/** How people add up to their account. */
export const accountsSchema = z.strictObject({
  engaged_within: durationSchema.optional(),
  people: z
    .strictObject({
      weight_by_seniority: z.record(z.string(), factorSchema.max(10)).optional(),
      diminishing: factorSchema.max(1).optional(),
    })
    .optional(),
  committee: z.strictObject({ people: atLeastTwo, points: pointsSchema }).optional(),
  cross_functional: z.strictObject({ functions: atLeastTwo, points: pointsSchema }).optional(),
  company_fit: z.strictObject({ max: fitMaximum }).optional(),
  buying_group: z.array(buyingRole).min(1).max(20).optional(),
  tiers: z.record(tierNameSchema, pointsSchema).optional(),
  examples: z.array(accountExample).max(100).optional(),
})

export type AccountsDocument = z.infer<typeof accountsSchema>
export type BuyingRoleDocument = z.infer<typeof buyingRole>
export type AccountExampleDocument = z.infer<typeof accountExample>
export type AccountExpectation = AccountExampleDocument['expect']
