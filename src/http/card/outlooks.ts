import { parseModel } from '../../scoring/language/parse.ts'
import { fieldGains } from '../../scoring/outlook/field-gains.ts'
import type { Outlook } from '../../scoring/outlook/unknown.ts'
import { storedModel } from '../../store/model-lookup.ts'
import type { DbOf } from '../../store/tenants.ts'

/** What the model of this name (`id@hash`) promises; null when it is not stored. */
export type FindOutlook = (installationId: string, model: string) => Promise<Outlook | null>

/** A model takes tens of milliseconds to read and some hundred kilobytes to keep. */
const MOST_KEPT = 50

/** Reads each model once; a name contains the hash of the content, so what is kept is never out of date. */
export function createOutlooks(dbOf: DbOf): FindOutlook {
  const kept = new Map<string, Outlook>()
  return async (installationId, name) => {
    const known = kept.get(name)
    if (known) return known
    const stored = await storedModel(dbOf(installationId), installationId, name)
    const parsed = stored && parseModel(stored.document)
    if (!parsed?.ok) return null
    const { model } = parsed
    const outlook = { document: model.document, gains: fieldGains(model) }
    const [oldest] = kept.keys()
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    kept.set(name, outlook)
    return outlook
  }
}
