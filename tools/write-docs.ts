/**
 * Renews what is generated from the model language: the reference in docs/scoring-model.md and the JSON Schema
 * for editors. Run it after a change of the language: `node tools/write-docs.ts`.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { languageReference } from '../src/scoring/authoring/schema/language-reference.ts'
import { modelJsonSchema } from '../src/scoring/authoring/schema/model-json-schema.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
const DOCUMENT = path.join(ROOT, 'docs/scoring-model.md')
const SCHEMA = path.join(ROOT, 'config/models/model.schema.json')

const BEGIN = '<!-- generated: language reference -->'
const END = '<!-- end of generated -->'

/**
 * The document with the current reference between the two markers.
 * @throws Error when a marker is missing
 */
export function withReference(document: string): string {
  const [before, rest] = document.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`there is no ${BEGIN} … ${END}`)
  return `${before}${BEGIN}\n\n${languageReference()}\n${END}${after}`
}

function writeDocs(): void {
  writeFileSync(DOCUMENT, withReference(readFileSync(DOCUMENT, 'utf8')))
  writeFileSync(SCHEMA, `${JSON.stringify(modelJsonSchema(), null, 2)}\n`)
  const biome = path.join(ROOT, 'node_modules/.bin/biome')
  const run = spawnSync(biome, ['check', '--write', SCHEMA], { cwd: ROOT, stdio: 'inherit' })
  if (run.error) throw run.error
  process.exitCode = run.status ?? 1
}

if (import.meta.main) writeDocs()
