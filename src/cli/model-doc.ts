import { requireModel } from '../../jobs/models.ts'
import { documentModel } from '../scoring/authoring/document-model.ts'
import { readNamed } from './named-file.ts'
import { print } from './terminal.ts'

/** Prints a model as a page of Markdown for a new colleague. */
export async function modelDoc(file: string, options: { json: boolean }): Promise<void> {
  const model = requireModel(await readNamed(file), file)
  const markdown = documentModel(model)
  print(options.json ? JSON.stringify({ model: model.name, markdown }) : markdown.trimEnd())
}
