import { parseModelText } from '../../jobs/models.ts'
import type { ModelText } from '../../src/store/models.ts'

const TITLED =
  '{ id: titled, label: Has a title, dimension: fit, points: POINTS, when: { person.title: { exists: true } } }'
const VICE_PRESIDENT =
  '{ id: vp, label: Vice president, dimension: fit, points: 10, when: { person.seniority: vp } }'

/**
 * A small model as its author would write it: a title is worth `points`, a vice president 10 more, and tier A
 * begins at 50.
 * @param more further parts of the model
 */
export function titleModel(name: string, points: number, more = ''): string {
  return `model: ${name}
dimensions: { fit: { max: 100 } }
signals: [ ${TITLED.replace('POINTS', String(points))}, ${VICE_PRESIDENT} ]
grades: { A: 75, D: 0 }
stages: { mql: { score: 50 } }
tiers: { A: { stage: mql }, C: {} }
${more}
`
}

/** The same, ready to be stored. */
export function titleModelText(name: string, points: number, more = ''): ModelText {
  return parseModelText(titleModel(name, points, more), `${name}.yaml`)
}
