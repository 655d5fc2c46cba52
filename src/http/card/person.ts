import type { FactValue } from '../../leads/facts.ts'
import { fieldWords, sentenceCase, shortFieldWords } from '../../scoring/outlook/field-words.ts'
import { nextTier } from '../../scoring/outlook/next-tier.ts'
import { type Outlook, unknownFields } from '../../scoring/outlook/unknown.ts'
import type { Because, Contribution, Result } from '../../scoring/result.ts'
import { STAGE_WORDS } from '../../scoring/stage-words.ts'
import { wholePoints } from '../../scoring/written-values.ts'
import type { CardLine, PersonCard } from './view.ts'
import { ACTION_WORDS, agoWords, tenths, tierWords } from './words.ts'

type Said = Omit<
  PersonCard,
  'notes' | 'paused' | 'change' | 'scoredAgo' | 'scoredAt' | 'model' | 'account'
>

/**
 * A receipt in the words of a card. Nothing is scored again: it says what was decided then.
 * @param outlook null when the model is not stored any more; then nothing is said about gains and the next tier
 */
export function personWords(result: Result, outlook: Outlook | null, now: Date): Said {
  const { action, stage, reachable } = result
  return {
    state: 'scored',
    kind: 'person',
    score: Number(wholePoints(result.score)),
    grade: result.grade,
    tier: tierWords(result.tier),
    stage: sentenceCase(STAGE_WORDS[stage]),
    action: ACTION_WORDS[action],
    route: result.route,
    parts: partsOf(result),
    disqualified: stage === 'disqualified',
    lines: inOrder(result.contributions).map((line) => lineOf(line, now)),
    held: result.held.map(({ reason, ask }) => ({ reason, remedy: remedyOf(ask) })),
    unknown: unknownFields(result, outlook),
    coverage: Math.round(result.coverage * 100),
    range: rangeOf(reachable),
    next: outlook && nextTier(outlook.document, result),
  }
}

function partsOf({ fit, engagement, intent }: Result): Said['parts'] {
  const parts = [
    { name: 'Fit', points: Number(wholePoints(fit)) },
    { name: 'Engagement', points: Number(wholePoints(engagement)) },
  ]
  return intent === 0 ? parts : [...parts, { name: 'Intent', points: Number(wholePoints(intent)) }]
}

/** What speaks for the person, strongest first; what speaks against; what has faded away; corrections. */
function inOrder(contributions: readonly Contribution[]): readonly Contribution[] {
  const rank = ({ signal, points }: Contribution) => {
    if (signal.includes(':')) return 3
    if (tenths(points) === 0) return 2
    return points > 0 ? 0 : 1
  }
  return contributions.toSorted(
    (a, b) => rank(a) - rank(b) || Math.abs(b.points) - Math.abs(a.points),
  )
}

function lineOf(contribution: Contribution, now: Date): CardLine {
  const { signal: id, label, points, decayed, because } = contribution
  const correction = correctionOf(contribution)
  if (correction !== undefined)
    return { id, label: correction, points: tenths(points), was: null, detail: '' }
  const details = [ageOf(because, now), ...because.flatMap(factOf)].filter(Boolean)
  const earned = tenths(points + decayed)
  const was = earned === tenths(points) ? null : earned
  return { id, label, points: tenths(points), was, detail: details.join('; ') }
}

/** What a correction of the sum is about, by its id: `cap:email`, `weight:fit`, `cap:total`. */
function correctionOf({ signal, points }: Contribution): string | undefined {
  const [kind, subject] = signal.split(':')
  if (subject === undefined) return undefined
  if (kind === 'weight')
    return `${sentenceCase(subject)} counts ${points < 0 ? 'less' : 'more'} in this model`
  const whole = subject === 'total' ? 'The score' : sentenceCase(subject.replaceAll('_', ' '))
  return points < 0 ? `${whole} has reached its maximum` : `${whole} does not fall below 0`
}

function ageOf(because: readonly Because[], now: Date): string {
  const last = because.findLast(({ at }) => at !== undefined)
  if (last?.at === undefined) return ''
  const ago = agoWords(last.at, now)
  if (last.activity === undefined) return `last activity ${ago}`
  return because.length === 1 ? ago : `${because.length} times, last ${ago}`
}

function factOf({ field, value }: Because): string[] {
  if (field === undefined || value === undefined) return []
  return [`${shortFieldWords(field)}: ${readable(field, value)}`]
}

/** Numbers in groups of three, but for years. Our own codes (`c_level`) as words. */
function readable(field: string, value: FactValue): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number')
    return field.includes('year') ? String(value) : value.toLocaleString('en-US')
  const text = typeof value === 'object' ? value.join(', ') : value
  return /^[a-z]+(_[a-z]+)+$/.test(text) ? text.replaceAll('_', ' ') : text
}

function remedyOf(ask: string | undefined): string {
  return ask === undefined
    ? 'Only a corrected record would clear it.'
    : `To clear it, fill in: ${fieldWords(ask)}.`
}

function rangeOf({ min, max }: Result['reachable']): Said['range'] {
  return min === max ? null : { min: Number(wholePoints(min)), max: Number(wholePoints(max)) }
}
