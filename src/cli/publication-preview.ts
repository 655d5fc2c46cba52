import { diffModels } from '../scoring/history/diff-models.ts'
import { formatChange, type ModelChange } from '../scoring/history/model-change.ts'
import { type Model, parseModel } from '../scoring/language/parse.ts'
import type { Db } from '../store/database.ts'
import { countEverybody, type DueCounts } from '../store/due-everybody.ts'
import { modelInRole, readVersion, versionName } from '../store/models.ts'
import { plural } from './terminal.ts'

/** What making a version live would mean. */
export interface Preview {
  /** `id@hash` of what is live now; null when nothing is. */
  readonly from: string | null
  readonly to: string
  /** Null where there is nothing to compare with, or it cannot be read any more. */
  readonly changes: readonly ModelChange[] | null
  readonly due: DueCounts
}

/** Compares a model with the live one, and counts who would be scored anew. */
export async function previewOf(db: Db, installationId: string, next: Model): Promise<Preview> {
  const live = await modelInRole(db, installationId, 'live')
  const version = live && (await readVersion(db, installationId, live))
  const reading = version && parseModel(version.document)
  return {
    from: live && versionName(live),
    to: next.name,
    changes: reading?.ok ? diffModels(reading.model, next) : null,
    due: await countEverybody(db, installationId, next.document.accounts !== undefined),
  }
}

/** `model diff` shows all of them. */
const SHOWN = 20

/** The preview for a terminal. */
export function previewLines({ from, to, changes, due }: Preview): readonly string[] {
  const lines = (changes ?? []).map((change) => `  ${formatChange(change)}`)
  const left = lines.length - SHOWN
  return [
    from === null ? `First version: ${to}` : `${from} is live; ${to} takes its place:`,
    ...lines.slice(0, SHOWN),
    ...(left > 0 ? [`  … and ${plural(left, 'change')} more`] : []),
    `${dueWords(due)} will be scored anew`,
  ]
}

/** "600 people and 120 companies" */
export function dueWords({ people, companies }: DueCounts): string {
  const words = plural(people, 'person', 'people')
  return companies > 0 ? `${words} and ${plural(companies, 'company', 'companies')}` : words
}
