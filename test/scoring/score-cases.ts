/** Scores the cases of a file in a process of its own: one result per line. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { STAGES } from '../../src/scoring/result.ts'
import { modelFrom } from './generated.ts'

const Attributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const Activity = z.object({
  id: z.string(),
  type: z.string(),
  at: z.coerce.date(),
  attributes: Attributes,
})
const Person = z.object({
  person: Attributes,
  company: Attributes,
  activities: z.array(Activity),
  previous: z.object({ tier: z.string(), stage: z.enum(STAGES) }).optional(),
})
const Document = z.looseObject({ signals: z.array(z.record(z.string(), z.unknown())) })
const Cases = z.object({ asOf: z.coerce.date(), cases: z.array(z.tuple([Document, Person])) })

const { asOf, cases } = Cases.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))
for (const [document, { previous, ...facts }] of cases) {
  const scored = { ...facts, ...(previous && { previous }) }
  process.stdout.write(`${JSON.stringify(compileModel(modelFrom(document)).score(scored, asOf))}\n`)
}
