import { requireModel } from '../../jobs/models.ts'
import { UserError } from '../errors.ts'
import {
  type Decision,
  modelInRole,
  nothingBefore,
  rollback,
  rollbackTarget,
  versionName,
} from '../store/models.ts'
import { changeLiveModel, type LiveModelOptions } from './change-live-model.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'

/** Makes the version live again that was live before the live one came; said again, goes further back. */
export function modelRollback(options: LiveModelOptions): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, options.installation)
    const from = await modelInRole(db, installation.id, 'live')
    if (!from) throw new UserError('No model is live; publish one first: "model publish FILE"')
    const target = await rollbackTarget(db, installation.id)
    if (!target) throw nothingBefore(from)
    const name = versionName(target)
    const step = {
      // The language may have changed since: what cannot be read any more must not go live.
      next: requireModel(target.document, name),
      question: `Roll back to ${name}?`,
      undo: (left: string) => `plumbline model publish ${left}`,
      perform: (decision: Decision) => rollback(db, installation.id, from, decision),
    }
    await changeLiveModel(db, installation, step, options)
  })
}
