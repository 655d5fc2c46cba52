import type { ThresholdDocument } from '../language/model-schema.ts'
import { GRADES, STAGES } from '../result.ts'
import { toHundredths } from './points.ts'
import type { Tally } from './tally.ts'

/** A person's place on every scale that thresholds look at. */
export interface Place {
  readonly tally: Tally
  /** Places in GRADES and STAGES. */
  readonly grade: number
  stage: number
}

/** Whether a place reaches the thresholds when each of them is lowered by `slack` hundredths. */
export type Reaches = (place: Place, slack: number) => boolean

export function compileThreshold(document: ThresholdDocument): Reaches {
  const { score, fit, engagement, intent, grade, stage, any, all } = document
  const parts: Reaches[] = []
  if (score !== undefined) parts.push(atLeast(score, ({ tally }) => tally.score))
  if (fit !== undefined) parts.push(atLeast(fit, ({ tally }) => tally.fit))
  if (engagement !== undefined) parts.push(atLeast(engagement, ({ tally }) => tally.engagement))
  if (intent !== undefined) parts.push(atLeast(intent, ({ tally }) => tally.intent))
  if (grade !== undefined) {
    const worst = GRADES.indexOf(grade)
    parts.push((place) => place.grade <= worst)
  }
  if (stage !== undefined) {
    const lowest = STAGES.indexOf(stage)
    parts.push((place) => place.stage >= lowest)
  }
  if (any !== undefined) parts.push(some(any.map(compileThreshold)))
  parts.push(...(all ?? []).map(compileThreshold))
  return every(parts)
}

function atLeast(points: number, of: (place: Place) => number): Reaches {
  const at = toHundredths(points)
  return (place, slack) => of(place) >= at - slack
}

function every(parts: readonly Reaches[]): Reaches {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  return (place, slack) => {
    for (const reaches of parts) if (!reaches(place, slack)) return false
    return true
  }
}

function some(parts: readonly Reaches[]): Reaches {
  return (place, slack) => {
    for (const reaches of parts) if (reaches(place, slack)) return true
    return false
  }
}
