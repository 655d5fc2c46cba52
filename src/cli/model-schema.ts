import { modelJsonSchema } from '../scoring/authoring/schema/model-json-schema.ts'
import { print } from './terminal.ts'

/** Prints the JSON Schema of the model language, for editors; with and without `--json` it is the same text. */
export function modelSchema(): void {
  print(JSON.stringify(modelJsonSchema(), null, 2))
}
