import type { FactValue } from '../../leads/facts.ts'
import { formatPoints, formatSignedPoints } from '../engine/points.ts'
import { formatAge } from '../language/duration.ts'
import { STAGE_WORDS } from '../stage-words.ts'
import type { Attribution, AttributionKind, AttributionPart, LineChange } from './attribution.ts'
import type { ChangedActivity, FieldChange } from './facts-change.ts'

/** More of a kind are counted instead of told. */
const MOST_LINES = 5
const MOST_FIELDS = 8

const WORDS: Readonly<Record<AttributionKind, string>> = {
  unrecorded: 'not on record',
  decay: 'faded',
  retraction: 'taken back',
  merge: 'merged in',
  new_activity: 'new',
  changed_facts: 'known otherwise',
  changed_rules: 'other rules',
}

/** A difference in sentences for a sales rep: both scores, then one line per reason, in the fixed order. */
export function explainAttribution(attribution: Attribution): string[] {
  const parts = attribution.parts.filter(hasSomething)
  return [
    headline(attribution),
    ...standing(attribution),
    ...parts.flatMap(explainPart),
    ...(parts.length === 0 ? ['Nothing has changed'] : []),
  ]
}

function hasSomething({ lines, fields, changed }: AttributionPart): boolean {
  return lines.length > 0 || fields.length > 0 || changed.length > 0
}

function headline({ before, after, points }: Attribution): string {
  const now = `Score ${formatPoints(after.score)}`
  if (before === null) return `${now}, not scored before: ${formatSignedPoints(points)}`
  const age = formatAge(Math.max(0, Date.parse(after.asOf) - Date.parse(before.asOf)))
  return `${now}, ${age} ${formatPoints(before.score)}: ${formatSignedPoints(points)}`
}

function standing({ before, after }: Attribution): string[] {
  if (before === null) return []
  const words: string[] = []
  if (before.tier !== after.tier) words.push(`Tier ${after.tier}, was ${before.tier}`)
  if (before.stage !== after.stage) {
    words.push(`Stage ${STAGE_WORDS[after.stage]}, was ${STAGE_WORDS[before.stage]}`)
  }
  return words
}

function explainPart(part: AttributionPart): string[] {
  const { kind, points, lines, fields, changed } = part
  const word = kind === 'decay' && points > 0 ? 'with time' : WORDS[kind]
  const what = lines.length === 0 ? 'no signal moved' : explainLines(lines)
  const sentences = [`${formatSignedPoints(points).padStart(7)} ${word}: ${what}`]
  if (fields.length + changed.length > 0) sentences.push(explainChanges(fields, changed))
  if (kind === 'unrecorded') sentences.push(UNRECORDED)
  return sentences
}

const UNRECORDED =
  '        What the earlier score rested on is not stored any more as it was (an activity or company that was overwritten, moved or removed), so this much cannot be told apart.'

function explainLines(lines: readonly LineChange[]): string {
  const [only] = lines
  if (lines.length === 1 && only !== undefined) return nameOf(only)
  const told = lines.slice(0, MOST_LINES)
  const words = told.map((line) => `${nameOf(line)} (${formatSignedPoints(line.delta)})`)
  return [...words, ...andMore(lines.length - told.length)].join(', ')
}

/** Corrections are named by what they are about: `cap:email`, `weight:fit`, `cap:total`. */
function nameOf({ signal, label }: LineChange): string {
  const [kind, subject] = signal.split(':')
  if (subject === undefined) return label
  return kind === 'cap' ? `limit of ${subject}` : `weight of ${subject}`
}

function explainChanges(
  fields: readonly FieldChange[],
  changed: readonly ChangedActivity[],
): string {
  const all = [...fields.map(explainField), ...changed.map(explainActivity)]
  const told = all.slice(0, MOST_FIELDS)
  return `        ${[...told, ...andMore(all.length - told.length)].join('; ')}`
}

function explainField({ field, before, after }: FieldChange): string {
  if (before === null) return `${field} is now known: ${readable(after)}`
  if (after === null) return `${field} is not known any more (was ${readable(before)})`
  return `${field} was ${readable(before)}, is ${readable(after)}`
}

function explainActivity({ before, after }: ChangedActivity): string {
  if (before.type !== after.type) return `${before.type} became ${after.type}`
  return `details of ${after.type} were corrected`
}

function andMore(count: number): string[] {
  return count > 0 ? [`and ${count} more`] : []
}

function readable(value: FactValue | null): string {
  return typeof value === 'object' && value !== null ? value.join(', ') : String(value)
}
