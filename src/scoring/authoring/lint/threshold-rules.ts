import type { Path } from '../../language/model-problem.ts'
import type { ModelDocument, ThresholdDocument } from '../../language/model-schema.ts'
import { GRADES, type Grade, type Stage } from '../../result.ts'
import { alwaysHolds, implies } from './implies.ts'
import { accountReachOf, type Reach } from './reach.ts'
import type { Flaw, Rule, Subject } from './rule.ts'

export const THRESHOLD_RULES: readonly Rule[] = [
  { name: 'unreachable-threshold', severity: 'warning', check: unreachableThresholds },
  { name: 'unreachable-tier', severity: 'warning', check: unreachableTiers },
  { name: 'unreachable-stage', severity: 'warning', check: unreachableStages },
  { name: 'no-hysteresis', severity: 'hint', check: noHysteresis },
]

function unreachableThresholds({ document, reach }: Subject): Flaw[] {
  const flaws: Flaw[] = []
  for (const [stage, threshold] of Object.entries(document.stages)) {
    if (threshold !== undefined) flaws.push(...ofThreshold(threshold, ['stages', stage]))
  }
  for (const [tier, threshold] of Object.entries(document.tiers)) {
    flaws.push(...ofThreshold(threshold, ['tiers', tier]))
  }
  return [
    ...flaws,
    ...unreachableGrades(document, reach),
    ...unreachableMatrix(document, reach),
    ...unreachableAccountTiers(document, reach),
  ]

  function ofThreshold(threshold: ThresholdDocument, path: Path): Flaw[] {
    const found = linesOutOfReach(threshold, path, document, reach)
    for (const connective of ['any', 'all'] as const) {
      for (const [index, branch] of (threshold[connective] ?? []).entries()) {
        found.push(...ofThreshold(branch, [...path, connective, index]))
      }
    }
    return found
  }
}

function linesOutOfReach(
  threshold: ThresholdDocument,
  path: Path,
  document: ModelDocument,
  reach: Reach,
): Flaw[] {
  const flaws: Flaw[] = []
  for (const name of ['score', 'fit', 'engagement', 'intent'] as const) {
    const asked = threshold[name]
    if (asked !== undefined && asked > reach[name]) {
      flaws.push(tooHigh([...path, name], asked, name, reach[name]))
    }
  }
  const { grade, stage } = threshold
  if (grade !== undefined && !isGradeReachable(grade, document, reach)) {
    const message = `nobody gets grade ${grade} or better: fit reaches ${readable(reach.fit)} at most`
    flaws.push({ path: [...path, 'grade'], message, remedy: 'Lower the grade, or its points.' })
  }
  if (stage !== undefined && !isStageDefined(stage, document)) {
    const message = `nobody becomes ${stage}: the model has no such stage`
    flaws.push({
      path: [...path, 'stage'],
      message,
      remedy: `Add it to stages, for example ${stage}: { score: 75 }.`,
    })
  }
  return flaws
}

function tooHigh(path: Path, asked: number, name: string, most: number): Flaw {
  return {
    path,
    message: `nobody reaches ${readable(asked)}: ${name} is ${readable(most)} at most, with every signal and every cap`,
    remedy: 'Lower the threshold, or raise points, group and dimension maxima.',
  }
}

/** Enough digits that a sum just below a threshold does not look equal to it. */
function readable(points: number): string {
  return String(Math.floor(points * 100) / 100)
}

function isGradeReachable(grade: Grade, { grades }: ModelDocument, { fit }: Reach): boolean {
  if (grade === 'F') return true
  const asGood = GRADES.slice(0, GRADES.indexOf(grade) + 1)
  return asGood.some((each) => (grades[each] ?? Number.POSITIVE_INFINITY) <= fit)
}

function isStageDefined(stage: Stage, { stages }: ModelDocument): boolean {
  if (stage === 'sql') return stages.sql !== undefined
  return stage !== 'mql' || stages.mql !== undefined || stages.sql !== undefined
}

function unreachableGrades({ grades }: ModelDocument, { fit }: Reach): Flaw[] {
  return GRADES.flatMap((grade) => {
    const asked = grades[grade]
    return asked === undefined || asked <= fit
      ? []
      : [tooHigh(['grades', grade], asked, 'fit', fit)]
  })
}

function unreachableMatrix({ matrix }: ModelDocument, reach: Reach): Flaw[] {
  if (matrix === undefined) return []
  const engagement = reach.engagement + reach.intent
  const flaws: Flaw[] = []
  if (matrix.fit_high > reach.fit) {
    flaws.push(tooHigh(['matrix', 'fit_high'], matrix.fit_high, 'fit', reach.fit))
  }
  if (matrix.engagement_high > engagement) {
    const path = ['matrix', 'engagement_high']
    flaws.push(tooHigh(path, matrix.engagement_high, 'engagement with intent', engagement))
  }
  return flaws
}

function unreachableAccountTiers(document: ModelDocument, reach: Reach): Flaw[] {
  const most = accountReachOf(document, reach)
  return Object.entries(document.accounts?.tiers ?? {}).flatMap(([tier, asked]) => {
    if (asked <= most) return []
    return [tooHigh(['accounts', 'tiers', tier], asked, "the account's score", most)]
  })
}

/** The first tier that holds wins, so a later one must ask for less in some respect. */
function unreachableTiers({ document: { tiers } }: Subject): Flaw[] {
  const flaws: Flaw[] = []
  const earlier: [string, ThresholdDocument][] = []
  for (const [name, threshold] of Object.entries(tiers)) {
    const blocking = earlier.find(([, each]) => implies(threshold, each))
    if (blocking !== undefined) flaws.push(behind(name, ...blocking))
    else earlier.push([name, threshold])
  }
  return flaws
}

function behind(name: string, blocking: string, threshold: ThresholdDocument): Flaw {
  const why = alwaysHolds(threshold) ? 'always holds' : `holds whenever ${name} does`
  return {
    path: ['tiers', name],
    message: `nobody gets tier ${name}: ${blocking} comes first and ${why}`,
    remedy: `Write the stricter tier first, or ask for more in ${blocking}.`,
  }
}

/** A gate that holds people at MQL makes MQLs out of those who reach SQL. */
function unreachableStages({ document: { stages, gates } }: Subject): Flaw[] {
  const { mql, sql } = stages
  if (mql === undefined || sql === undefined || !implies(mql, sql)) return []
  if (gates.some(({ then: { stage_at_most } }) => stage_at_most === 'mql')) return []
  const message = 'nobody stays MQL: whoever reaches it reaches SQL too'
  return [{ path: ['stages', 'mql'], message, remedy: 'Let SQL ask for more than MQL.' }]
}

function noHysteresis({ document: { hysteresis } }: Subject): Flaw[] {
  if (hysteresis > 0) return []
  return [
    {
      path: ['hysteresis'],
      message: 'somebody at a threshold changes tier and stage back and forth with every point',
      remedy: 'Add for example hysteresis: 5.',
    },
  ]
}
