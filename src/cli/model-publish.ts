import { type Decision, publish } from '../store/models.ts'
import { changeLiveModel, type LiveModelOptions } from './change-live-model.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { chosenModel } from './chosen-model.ts'
import { withDatabase } from './connect.ts'

/** Makes a file, or a stored version, the live model, and everybody due for scoring with it. */
export function modelPublish(given: string, options: LiveModelOptions): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, options.installation)
    const chosen = await chosenModel(db, installation, given, options.json)
    if (!chosen) return
    const { model, text } = chosen
    const publication = {
      next: model,
      question: `Publish ${model.name}?`,
      undo: () => 'plumbline model rollback',
      perform: (decision: Decision) => publish(db, installation.id, text, decision),
    }
    await changeLiveModel(db, installation, publication, options)
  })
}
