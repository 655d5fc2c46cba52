import { saveDraft } from '../store/models.ts'
import type { ModelVerbOptions } from './change-live-model.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { chosenModel } from './chosen-model.ts'
import { withDatabase } from './connect.ts'
import { print } from './terminal.ts'

/** Stores a model without using it. */
export function modelDraft(
  file: string,
  options: Omit<ModelVerbOptions, 'actor' | 'reason'>,
): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, options.installation)
    const chosen = await chosenModel(db, installation, file, options.json)
    if (!chosen) return
    const { crm, accountId } = installation
    const { name } = chosen.model
    const stored = await saveDraft(db, installation.id, chosen.text, new Date())
    if (options.json) return print(JSON.stringify({ crm, accountId, model: name, stored }))
    if (!stored) return print(`${name} is stored already; nothing was changed`)
    print(`${name} is stored as a draft of ${crm} account ${accountId}.`)
    print(`To try it beside the live model: plumbline model shadow ${name}`)
    print(`To make it live: plumbline model publish ${name}`)
  })
}
