import type { FactValue } from '../leads/facts.ts'
import { formatPoints, formatSignedPoints } from './engine/points.ts'
import { formatAge, formatMoment } from './language/duration.ts'
import type { Because, Contribution, Held, Result } from './result.ts'
import { STAGE_WORDS } from './stage-words.ts'

/** A result in lines that a sales rep understands; fit for a terminal or a note. */
export function explainResult(result: Result): string[] {
  const asOf = Date.parse(result.asOf)
  return [
    `Score ${formatPoints(result.score)} of 100 (${parts(result)})`,
    `Grade ${result.grade}, tier ${result.tier}, stage ${STAGE_WORDS[result.stage]}`,
    `Action: ${result.action.replaceAll('_', ' ')}${result.route === null ? '' : `, route to ${result.route}`}`,
    ...result.contributions.map((contribution) => explainContribution(contribution, asOf)),
    ...result.held.map((held) => explainHeld(held)),
    ...explainMissing(result),
    explainNextChange(result),
    `Model ${result.model}, as of ${formatMoment(new Date(result.asOf))}`,
  ]
}

function parts({ fit, engagement, intent }: Result): string {
  const known = [`fit ${formatPoints(fit)}`, `engagement ${formatPoints(engagement)}`]
  if (intent !== 0) known.push(`intent ${formatPoints(intent)}`)
  return known.join(', ')
}

function explainContribution(contribution: Contribution, asOf: number): string {
  const { label, points, decayed, because } = contribution
  const details = [ageOf(because, asOf), fadedOf(decayed), ...because.flatMap(factOf)]
  const known = details.filter((detail) => detail !== '')
  const note = noteOf(contribution) ?? (known.length === 0 ? '' : ` (${known.join('; ')})`)
  return `${formatSignedPoints(points).padStart(7)}  ${label}${note}`
}

function ageOf(because: readonly Because[], asOf: number): string {
  const last = because.findLast(({ at }) => at !== undefined)?.at
  if (last === undefined) return ''
  const age = formatAge(Math.max(0, asOf - Date.parse(last)))
  if (because.at(-1)?.activity === undefined) return `last activity ${age}`
  return because.length === 1 ? age : `${because.length} times, last ${age}`
}

function fadedOf(decayed: number): string {
  return decayed === 0 ? '' : `${formatPoints(Math.abs(decayed))} faded`
}

function factOf({ field, value }: Because): string[] {
  if (field === undefined || value === undefined) return []
  return [`${field} is ${readable(value)}`]
}

/** What a correction is about, by its id: `cap:email`, `weight:fit`, `cap:total`. */
function noteOf({ signal, points }: Contribution): string | undefined {
  const [kind, subject] = signal.split(':')
  if (subject === undefined) return undefined
  if (kind === 'weight') return ` (${subject} counts ${points < 0 ? 'less' : 'more'} in this model)`
  return points < 0
    ? ` (${subject} has reached its maximum)`
    : ` (${subject} does not fall below 0)`
}

function explainHeld({ reason, ask }: Held): string {
  const remedy =
    ask === undefined ? 'A corrected record would clear it.' : `To clear it, fill in ${ask}.`
  return `Held: ${reason}. ${remedy}`
}

function explainMissing({ missing, coverage, reachable }: Result): string[] {
  const share = `Rests on ${Math.round(coverage * 100)}% of the facts that the model asks for`
  if (missing.length === 0) return [share]
  const { min, max } = reachable
  const range =
    min === max
      ? 'the rest would not change it'
      : `the rest could bring it to between ${formatPoints(min)} and ${formatPoints(max)}`
  return [`Unknown: ${missing.join(', ')}`, `${share}; ${range}`]
}

function explainNextChange({ nextChangeAt }: Result): string {
  if (nextChangeAt === null) return 'Stays as it is until something new happens'
  return `Changes by itself next at ${formatMoment(new Date(nextChangeAt))}`
}

/** Large numbers in groups of three; smaller ones may be years. */
function readable(value: FactValue): string {
  if (typeof value === 'number')
    return value < 10_000 ? String(value) : value.toLocaleString('en-US')
  return typeof value === 'object' ? value.join(', ') : String(value)
}
