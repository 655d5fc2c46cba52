import { readFileSync } from 'node:fs'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { formatProblem } from '../../src/scoring/language/model-problem.ts'
import { parseModel } from '../../src/scoring/language/parse.ts'
import type { Facts, Lines, Scorer } from '../../src/scoring/result.ts'
import type { Workload } from './contender-types.ts'
import { NOW } from './people.ts'

/** What decides, without explanation. */
export function loadStanding(people: readonly Facts[]): Workload {
  const scorer = compileRubric()
  return {
    pass: () => {
      let total = 0
      for (const facts of people) total += scorer.standing(facts, NOW).score
      return total
    },
    outcome: (index) => {
      const { grade, stage, tier, action, ...sums } = scorer.standing(personAt(people, index), NOW)
      return { ...sums, unclamped: false, decided: { grade, stage, tier, action } }
    },
  }
}

/** With every line of the sum. */
export function loadItemised(people: readonly Facts[]): Workload {
  const scorer = compileRubric()
  return {
    pass: () => {
      let total = 0
      for (const facts of people) {
        const { score, lines } = scorer.itemise(facts, NOW)
        total += score + readThrough(lines, score)
      }
      return total
    },
    outcome: (index) => {
      const { score, lines } = scorer.itemise(personAt(people, index), NOW)
      const fit = sumOf(lines, 'fit')
      return { fit, engagement: sumOf(lines, 'engagement'), unclamped: true, score }
    },
  }
}

/** The complete result: reasons, evidence, missing fields, what is reachable. */
export function loadComplete(people: readonly Facts[]): Workload {
  const scorer = compileRubric()
  return {
    pass: () => {
      let total = 0
      for (const facts of people) {
        const { score, reasons } = scorer.score(facts, NOW)
        total += score + reasons.length
      }
      return total
    },
    outcome: (index) => ({ ...scorer.score(personAt(people, index), NOW), unclamped: false }),
  }
}

/** The complete result and the moment when it next changes by itself. */
export function loadForesight(people: readonly Facts[]): Workload {
  const scorer = compileRubric()
  return {
    pass: () => {
      let total = 0
      for (const facts of people) {
        const { score, nextChangeAt } = scorer.score(facts, NOW)
        total += nextChangeAt === null ? score : score + nextChangeAt.length
      }
      return total
    },
    outcome: (index) => ({ ...scorer.score(personAt(people, index), NOW), unclamped: false }),
  }
}

function compileRubric(): Scorer {
  const file = new URL('rubric.yaml', import.meta.url)
  const reading = parseModel(readFileSync(file, 'utf8'), 'bench/scoring/rubric.yaml')
  if (!reading.ok) throw new Error(reading.problems.map(formatProblem).join('\n'))
  return compileModel(reading.model)
}

function personAt(people: readonly Facts[], index: number): Facts {
  const facts = people[index]
  if (facts === undefined) throw new RangeError(`there is no person ${index}`)
  return facts
}

/** Reads every line, so that none may be left unmade; together they must come to the score. */
function readThrough(lines: Lines, score: number): number {
  let sum = 0
  let letters = 0
  for (let place = 0; place < lines.length; place++) {
    sum += lines.pointsAt(place)
    letters += lines.signalAt(place).length
  }
  if (Math.abs(sum - score) > 1e-9)
    throw new Error(`lines of ${sum} points make a score of ${score}`)
  return sum + letters
}

/** A dimension's lines without the one that clamps it; added up in hundredths, as whole numbers. */
function sumOf(lines: Lines, name: string): number {
  let sum = 0
  for (const { dimension, signal, points } of lines) {
    if (dimension === name && signal !== `cap:${name}`) sum += Math.round(points * 100)
  }
  return sum / 100
}
