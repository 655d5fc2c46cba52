/** Before anything is timed: everybody must compute the same quantity. */
import { clamp, type Outcome } from './contender-types.ts'
import { CONTENDER_NAMES, CONTENDERS } from './contenders.ts'
import { engagementOf, fitOf } from './hand-written.ts'
import { makePeople, NOW } from './people.ts'

const PEOPLE = 2_000
/** What this generator and this rubric are known to come to, without clamping. */
const PUBLISHED = {
  people: 100_000,
  activities: 10,
  first: [-21.612716, 22.910259, 29.76238],
  sum: 3_691_023.33066,
}
const EXACT = 1e-9
/** Plumbline rounds what an activity is worth to hundredths of a point. */
const ROUNDING = 0.005
/** Those of the model on scores and engagement. */
const THRESHOLDS = [30, 50, 75]

/** Everything that disagrees, in words; empty when all agree. */
export async function disagreements(): Promise<string[]> {
  const published = againstPublished()
  return published.length > 0 ? published : againstHand()
}

function againstPublished(): string[] {
  const first: number[] = []
  let sum = 0
  for (const { person, company, activities } of makePeople(
    PUBLISHED.people,
    PUBLISHED.activities,
  )) {
    const points = fitOf(person, company) + engagementOf(activities, NOW.getTime())
    if (first.length < PUBLISHED.first.length) first.push(points)
    sum += points
  }
  const wrong: string[] = []
  for (const [index, expected] of PUBLISHED.first.entries()) {
    if (Math.abs((first[index] ?? 0) - expected) < 1e-6) continue
    wrong.push(`hand: person ${index} has ${first[index]}, published ${expected}`)
  }
  if (Math.abs(sum - PUBLISHED.sum) >= 1e-5)
    wrong.push(`hand: sum ${sum}, published ${PUBLISHED.sum}`)
  return wrong
}

async function againstHand(): Promise<string[]> {
  const people = [...makePeople(PEOPLE, PUBLISHED.activities)]
  const hand = CONTENDERS.hand.load(people)
  const wrong: string[] = []
  for (const name of CONTENDER_NAMES) {
    const { load, rounds } = CONTENDERS[name]
    const workload = load(people)
    for (const [index, { activities }] of people.entries()) {
      const tolerance = EXACT + (rounds ? ROUNDING * activities.length : 0)
      const found = await workload.outcome(index)
      const expected = comparable(await hand.outcome(index), found)
      if (isSame(expected, found, tolerance)) continue
      wrong.push(`${name}, person ${index}: ${inWords(found)}; hand: ${inWords(expected)}`)
    }
  }
  return wrong
}

/** Clamps where the other one can only be seen clamped. */
function comparable(hand: Outcome, { unclamped }: Outcome): Outcome {
  if (unclamped) return hand
  return { ...hand, fit: clamp(hand.fit), engagement: clamp(hand.engagement), unclamped }
}

/** Facts are whole points; only activities may differ by their rounding. */
function isSame(expected: Outcome, found: Outcome, tolerance: number): boolean {
  return (
    Math.abs(expected.fit - found.fit) <= EXACT &&
    Math.abs(expected.engagement - found.engagement) <= tolerance &&
    Math.abs(expected.score - found.score) <= tolerance &&
    isSameDecision(expected, found, tolerance)
  )
}

/** Where rounding alone may carry somebody over a threshold, nothing is compared. */
function isSameDecision(expected: Outcome, found: Outcome, tolerance: number): boolean {
  const { decided } = found
  const isNear = (points: number) =>
    THRESHOLDS.some((threshold) => Math.abs(points - threshold) <= tolerance)
  if (decided === undefined || isNear(expected.score) || isNear(expected.engagement)) return true
  return JSON.stringify(decided) === JSON.stringify(expected.decided)
}

function inWords({ fit, engagement, score }: Outcome): string {
  return `fit ${fit}, engagement ${engagement}, score ${score}`
}
