import type { SignalDocument } from '../../language/model-schema.ts'
import type { ConditionDocument } from '../../language/predicate-document.ts'
import { replacedBy } from '../../language/replacement.ts'
import { describeCondition, fieldName, listed } from '../describe-condition.ts'
import { lengthWords, limitWords } from './time-words.ts'

/** What a signal looks for: "company employees at least 1,000", "page view where path begins with …". */
export function whatCounts(signal: SignalDocument, all: readonly SignalDocument[]): string {
  const { when, unless, on, sequence, inactive_for } = signal
  if (when !== undefined) return describeCondition(when)
  if (unless !== undefined) return `unless it is known that ${describeCondition(unless)}`
  if (inactive_for !== undefined) return `no activity for ${lengthWords(inactive_for)}`
  if (sequence !== undefined) return sequenceWords(sequence, signal.within)
  if (on === undefined) return ''
  return [activityWords(on, signal.where), ...detailsOf(signal, all)].join('; ')
}

function activityWords(type: string, where: ConditionDocument | undefined): string {
  const name = fieldName(type)
  return where === undefined ? name : `${name} where ${describeCondition(where)}`
}

function sequenceWords(
  steps: NonNullable<SignalDocument['sequence']>,
  within: string | undefined,
): string {
  const words = steps.map(({ on, where }) => activityWords(on, where)).join(', then ')
  return within === undefined ? words : `${words}, within ${lengthWords(within)}`
}

function detailsOf(signal: SignalDocument, all: readonly SignalDocument[]): string[] {
  const { only, scale_by, repeated } = signal
  return [
    ...(repeated === undefined ? [] : [repeatedWords(repeated)]),
    ...(only ? ['only if there is nothing else'] : []),
    ...(scale_by === undefined ? [] : [`times ${fieldName(scale_by)} (0 to 1)`]),
    ...replacesWords(signal, all),
  ]
}

function repeatedWords({
  times,
  within,
  in_last,
}: NonNullable<SignalDocument['repeated']>): string {
  if (within !== undefined) return `${times} of them within ${lengthWords(within)}`
  return `while there are ${times} of them in the last ${lengthWords(in_last ?? '')}`
}

function replacesWords({ replaces }: SignalDocument, all: readonly SignalDocument[]): string[] {
  const names = [replaces ?? []].flat()
  const labels = [...new Set(names.flatMap((name) => replacedBy(name, all)))].map(
    ({ label }) => `"${label}"`,
  )
  return labels.length === 0
    ? []
    : [`takes the place of ${listed(labels, 'and')} for the same event`]
}

/** How often it counts, where that is not every time. */
export function howOften(signal: SignalDocument): string {
  const limit = limitWords(signal)
  if (signal.inactive_for !== undefined) return 'for every whole period'
  if (limit !== '' || signal.on === undefined)
    return limit === '' && signal.sequence ? 'once' : limit
  if (signal.repeated === undefined) return 'every time'
  return signal.repeated.in_last === undefined ? 'once' : 'while it lasts'
}
