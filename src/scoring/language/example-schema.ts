import { z } from 'zod'
import { ACTIONS, GRADES, STAGES } from '../result.ts'
import { factsDocumentSchema } from './facts-document.ts'

const expectation = z
  .strictObject({
    score: z.number(),
    fit: z.number(),
    engagement: z.number(),
    intent: z.number(),
    grade: z.enum(GRADES),
    tier: z.string(),
    stage: z.enum(STAGES),
    action: z.enum(ACTIONS),
    route: z.string().nullable(),
    held: z.array(z.string()),
    missing: z.array(z.string()),
  })
  .partial()
  .refine((value) => Object.keys(value).length > 0, {
    error: 'the example expects nothing',
    params: { remedy: 'Say what must come out, for example expect: { score: 95 }.' },
  })

/** A worked example: facts and what must come of them. */
export const exampleSchema = factsDocumentSchema.extend({
  name: z.string().trim().min(1).max(200),
  expect: expectation,
})

export type ExampleDocument = z.infer<typeof exampleSchema>
export type Expectation = ExampleDocument['expect']
