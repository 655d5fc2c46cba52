import { formatMinute } from '../scoring/language/duration.ts'
import type { FieldOverwrite } from '../store/overwrites.ts'
import type { Settings } from '../store/settings.ts'

/** What the setting means. */
export const OVERWRITE_WORDS: Readonly<Record<Settings['overwrites'], string>> = {
  restore: 'what others change in our fields is restored: twice at once, from then on once a day',
  respect: 'what others change in our fields is left to them, until they clear the field',
}

/** What becomes of one changed field. */
export function nextWords(setting: Settings['overwrites'], { dueAt }: FieldOverwrite): string {
  if (setting === 'respect') return 'theirs until cleared'
  return dueAt ? `restored at ${formatMinute(dueAt)}` : 'restored with the next write'
}

/** `tier` of `plumbline_tier`. */
export function shortField(field: string): string {
  return field.replace(/^plumbline_/, '')
}

/** One sentence per changed field of a record, for its explanation. */
export function overwriteLines(
  setting: Settings['overwrites'],
  found: readonly FieldOverwrite[],
): readonly string[] {
  return found.map(
    (each) =>
      `Changed in the CRM: ${shortField(each.field)} says "${each.theirs}" there, ours is "${each.ours}" ` +
      `(seen ${formatMinute(each.seenAt)}; ${nextWords(setting, each)})`,
  )
}
