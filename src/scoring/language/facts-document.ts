import { z } from 'zod'
import type { FactMap, FactValue } from '../../leads/facts.ts'
import type { ActivityAttributes } from '../../leads/records.ts'
import { type Facts, type ScoredActivity, STAGES } from '../result.ts'
import { DURATION_REMEDY, durationMs, readDuration } from './duration.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
/** Null is how JSON says unknown. */
const factMap = z.record(z.string(), z.union([scalar, z.array(z.string())]).nullable())

const age = z.string().refine((value) => readDuration(value) !== undefined, {
  error: (issue) => `${JSON.stringify(issue.input)} is not an age`,
  params: { remedy: DURATION_REMEDY },
})
const moment = z.iso.datetime({
  offset: true,
  error: (issue) => `${JSON.stringify(issue.input)} is not a moment`,
})

const activity = z
  .object({
    type: z.string().min(1),
    id: z.string().min(1).optional(),
    at: moment.optional(),
    age: age.optional(),
  })
  .catchall(scalar)
  .refine((value) => (value.at === undefined) !== (value.age === undefined), {
    error: 'an activity needs either `at` or `age`',
    params: { remedy: 'Write age: 14d, or at: 2026-11-01T09:00:00Z.' },
  })

/** Facts as a person writes them: activities with their attributes beside type and time. */
export const factsDocumentSchema = z.strictObject({
  person: factMap.default({}),
  company: factMap.default({}),
  activities: z.array(activity).max(10_000).default([]),
  previous: z.strictObject({ tier: z.string(), stage: z.enum(STAGES) }).optional(),
})

export type FactsDocument = z.infer<typeof factsDocumentSchema>
type ActivityDocument = FactsDocument['activities'][number]

/** The engine's facts; ages are counted back from `asOf`. */
export function readFacts(document: FactsDocument, asOf: Date): Facts {
  return {
    person: withoutNull(document.person),
    company: withoutNull(document.company),
    activities: document.activities.map((each, index) => readActivity(each, index, asOf)),
    ...(document.previous && { previous: document.previous }),
  }
}

function readActivity(document: ActivityDocument, index: number, asOf: Date): ScoredActivity {
  const { type, id, at, age: writtenAge, ...rest } = document
  const attributes: ActivityAttributes = rest
  const when = at === undefined ? asOf.getTime() - durationMs(writtenAge ?? '0d') : Date.parse(at)
  return { id: id ?? `activity-${index + 1}`, type, at: new Date(when), attributes }
}

function withoutNull(facts: Readonly<Record<string, FactValue | null>>): FactMap {
  const known: [string, FactValue][] = []
  for (const [field, value] of Object.entries(facts)) {
    if (value !== null) known.push([field, value])
  }
  return Object.fromEntries(known)
}
