import type { Result } from '../result.ts'
import { wholePoints } from '../written-values.ts'
import { fieldWords } from './field-words.ts'
import { nextTier } from './next-tier.ts'
import { LIFTS_HOLD, type Outlook, unknownFields } from './unknown.ts'

/**
 * What would change a score, for a field of the CRM: one sentence a line. It speaks of the whole points that stand in
 * the fields beside it, so that it changes only with them or with what is known, and never by itself.
 */
export function outlookText(outlook: Outlook, result: Result): string {
  const shown = inWholePoints(result)
  const next = nextTier(outlook.document, shown)
  const { matter } = unknownFields(shown, outlook)
  const lines = [
    ...result.held.map(({ reason, ask }) => `Held: ${reason}.${askWords(ask)}`),
    ...(next && next.needs.length > 0 ? [`For tier ${next.tier}: ${next.needs.join(', ')}.`] : []),
    // What lifts a hold is said with the hold.
    ...matter
      .filter(({ gain }) => gain !== LIFTS_HOLD)
      .map(({ field, gain }) => `Not known: ${field} (${gain}).`),
  ]
  return lines.join('\n')
}

function askWords(ask: string | undefined): string {
  return ask === undefined ? '' : ` To clear it, fill in: ${fieldWords(ask)}.`
}

function inWholePoints(result: Result): Result {
  return {
    ...result,
    score: Number(wholePoints(result.score)),
    fit: Number(wholePoints(result.fit)),
    engagement: Number(wholePoints(result.engagement)),
    intent: Number(wholePoints(result.intent)),
  }
}
