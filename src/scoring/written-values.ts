import { toHundredths, toWholePoints } from './engine/points.ts'
import type { Result } from './result.ts'

const MAX_REASONS = 500

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
    plumbline_score: whole(result.score),
    plumbline_fit: whole(result.fit),
    plumbline_engagement: whole(result.engagement),
    plumbline_grade: result.grade,
    plumbline_tier: result.tier,
    plumbline_stage: result.stage,
    plumbline_action: result.action,
    plumbline_reasons: shorten(result.reasons.join('; ').toWellFormed()),
    plumbline_route: result.route ?? '',
    plumbline_model: result.model,
  }
}

function whole(points: number): string {
  return String(toWholePoints(toHundredths(points)))
}

function shorten(text: string): string {
  if (text.length <= MAX_REASONS) return text
  const cut = text.slice(0, MAX_REASONS)
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}
