import { z } from 'zod'
import { requireModel } from '../../jobs/models.ts'
import { messageOf, UserError } from '../errors.ts'
import { compileModel } from '../scoring/engine/compile.ts'
import { explainResult } from '../scoring/explain.ts'
import {
  type FactsDocument,
  factsDocumentSchema,
  readFacts,
} from '../scoring/language/facts-document.ts'
import { readNamed } from './named-file.ts'
import { print, safe } from './terminal.ts'

export interface ScoreOptions {
  readonly model: string
  readonly facts: string
  /** Now when absent. */
  readonly asOf?: Date | undefined
  readonly json: boolean
}

/** Scores one person, or a list of people, written down in a JSON file. No database, no CRM. */
export async function score(options: ScoreOptions): Promise<void> {
  const asOf = options.asOf ?? new Date()
  const scorer = compileModel(requireModel(await readNamed(options.model), options.model))
  const documents = await readFactsFile(options.facts)
  const results = [documents].flat().map((each) => scorer.score(readFacts(each, asOf), asOf))
  if (options.json) return print(JSON.stringify(Array.isArray(documents) ? results : results[0]))
  for (const [index, result] of results.entries()) {
    if (index > 0) print()
    for (const line of explainResult(result)) print(safe(line))
  }
}

async function readFactsFile(file: string): Promise<FactsDocument | FactsDocument[]> {
  const text = await readNamed(file)
  const parsed = parseFacts(text, file)
  if (parsed.success) return parsed.data
  throw new UserError(`${file} does not hold facts:\n${z.prettifyError(parsed.error)}`)
}

function parseFacts(text: string, file: string) {
  try {
    const value: unknown = JSON.parse(text)
    // Asked for by its shape, the error names the wrong field instead of "neither of both".
    return Array.isArray(value)
      ? z.array(factsDocumentSchema).safeParse(value)
      : factsDocumentSchema.safeParse(value)
  } catch (cause) {
    throw new UserError(`${file} is not JSON: ${messageOf(cause)}`, { cause })
  }
}
