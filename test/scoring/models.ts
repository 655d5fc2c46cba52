import { expect } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import {
  type FactsDocument,
  factsDocumentSchema,
  readFacts,
} from '../../src/scoring/language/facts-document.ts'
import { formatProblem } from '../../src/scoring/language/model-problem.ts'
import { type Model, parseModel } from '../../src/scoring/language/parse.ts'
import type { Facts, Result, Scorer } from '../../src/scoring/result.ts'

export const AS_OF = new Date('2026-11-21T00:00:00.000Z')
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The parts of a model that a test does not care about. */
const REST: Readonly<Record<string, string>> = {
  model: 'test',
  dimensions: '{ fit: { max: 100 }, engagement: { max: 100 }, intent: { max: 40 } }',
  grades: '{ A: 75, B: 50, C: 25, D: 0 }',
  stages: '{ mql: { score: 50 }, sql: { score: 75 } }',
  tiers: '{ A: { stage: sql }, B: { stage: mql }, C: {} }',
}

/** YAML of a whole model; `parts` are top-level keys with their YAML, in flow style or indented. */
export function yamlOf(parts: Readonly<Record<string, string>>): string {
  return Object.entries({ ...REST, ...parts })
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('')
}

export function modelOf(parts: Readonly<Record<string, string>>): Model {
  return parsed(yamlOf(parts))
}

export function parsed(yaml: string): Model {
  const reading = parseModel(yaml)
  if (reading.ok) return reading.model
  throw new Error(reading.problems.map(formatProblem).join('\n'))
}

export function factsOf(document: Readonly<Record<string, unknown>>, asOf = AS_OF): Facts {
  return readFacts(factsDocumentSchema.parse(document) satisfies FactsDocument, asOf)
}

const scorers = new WeakMap<Model, Scorer>()

/**
 * Scores facts as a person writes them, ages counted back from `asOf`. Somebody who goes through very many people must
 * come to the same, whoever came before.
 */
export function score(
  model: Model,
  document: Readonly<Record<string, unknown>>,
  asOf = AS_OF,
): Result {
  const facts = factsOf(document, asOf)
  const result = compileModel(model).score(facts, asOf)
  const busy = scorers.get(model) ?? compileModel(model)
  scorers.set(model, busy)
  expect(result).toMatchObject(busy.standing(facts, asOf))
  return result
}

/** The exact sum of the contributions, in points. */
export function sumOf(result: Result): number {
  return result.contributions.reduce((sum, { points }) => sum + Math.round(points * 100), 0) / 100
}

/** One signal in one line of YAML, as a list of signals. */
export function signals(...lines: readonly string[]): string {
  return lines.map((line) => `\n  - { label: A label, ${line} }`).join('')
}
