import { toHundredths, toWholePoints } from './engine/points.ts'
import type { Result } from './result.ts'

const MAX_TEXT = 500

/** The parts of a result that end up in the CRM. */
export type Writable = Pick<
  Result,
  | 'score'
  | 'fit'
  | 'engagement'
  | 'grade'
  | 'tier'
  | 'stage'
  | 'action'
  | 'reasons'
  | 'route'
  | 'model'
>

/**
 * A person's CRM fields as text. Whole points, rounded half up; an empty text where there is no route.
 * `plumbline_scored_at` is not among them: it is about the writing, not about the person.
 */
export function writtenValues(result: Writable): Record<string, string> {
  return {
    plumbline_score: wholePoints(result.score),
    plumbline_fit: wholePoints(result.fit),
    plumbline_engagement: wholePoints(result.engagement),
    plumbline_grade: result.grade,
    plumbline_tier: result.tier,
    plumbline_stage: result.stage,
    plumbline_action: result.action,
    plumbline_reasons: writtenText(result.reasons.join('; ')),
    plumbline_route: result.route ?? '',
    plumbline_model: result.model,
  }
}

/** "50" for 49.5: half up. */
export function wholePoints(points: number): string {
  return String(toWholePoints(toHundredths(points)))
}

/** Text as the CRM takes it: at most 500 characters, never half of one. */
export function writtenText(text: string): string {
  const wellFormed = text.toWellFormed()
  if (wellFormed.length <= MAX_TEXT) return wellFormed
  const cut = wellFormed.slice(0, MAX_TEXT)
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}
