/** Before anything is timed: everybody must compute the same quantity. */
import { clamp, type Outcome } from './contender-types.ts'
import { CONTENDER_NAMES, CONTENDERS } from './contenders.ts'
import { makePeople } from './people.ts'

const PEOPLE = 2_000
/** What this generator and this rubric are known to come to, without clamping. */
const PUBLISHED = {
  people: 100_000,
  activities: 10,
  first: [-21.612716, 22.910259, 29.76238],
  sum: 3_691_023.33066,
}
/** Sums of the same fractions in another order. */
const EXACT = 1e-9
/** Some round what an activity is worth to hundredths of a point. */
const ROUNDING = 0.005

/** Everything that disagrees, in words; empty when all agree. */
export async function disagreements(): Promise<string[]> {
  const published = await againstPublished()
  return published.length > 0 ? published : againstHand()
}

/** By an engine that does not round, as those who published did not. */
async function againstPublished(): Promise<string[]> {
  const people = [...makePeople(PUBLISHED.people, PUBLISHED.activities)]
  const engine = CONTENDERS.logic.load(people)
  const first: number[] = []
  let sum = 0
  for (const index of people.keys()) {
    const { fit, engagement } = await engine.outcome(index)
    if (first.length < PUBLISHED.first.length) first.push(fit + engagement)
    sum += fit + engagement
  }
  const wrong: string[] = []
  for (const [index, expected] of PUBLISHED.first.entries()) {
    if (Math.abs((first[index] ?? 0) - expected) < 1e-6) continue
    wrong.push(`json-logic: person ${index} has ${first[index]}, published ${expected}`)
  }
  if (Math.abs(sum - PUBLISHED.sum) >= 1e-5)
    wrong.push(`json-logic: sum ${sum}, published ${PUBLISHED.sum}`)
  return wrong
}

/** Who rounds must come to exactly what the hand-written function does; who does not, near it. */
async function againstHand(): Promise<string[]> {
  const people = [...makePeople(PEOPLE, PUBLISHED.activities)]
  const hand = CONTENDERS.hand.load(people)
  const engine = CONTENDERS.logic.load(people)
  const wrong: string[] = []
  for (const name of CONTENDER_NAMES) {
    const { load, rounds } = CONTENDERS[name]
    const workload = load(people)
    for (const [index, { activities }] of people.entries()) {
      const found = await workload.outcome(index)
      const byHand = comparable(await hand.outcome(index), found)
      const isRight = rounds
        ? isSame(byHand, found, 0)
        : isSame(byHand, found, ROUNDING * activities.length + EXACT) &&
          isSame(await engine.outcome(index), found, EXACT)
      if (!isRight)
        wrong.push(`${name}, person ${index}: ${inWords(found)}; hand: ${inWords(byHand)}`)
    }
  }
  return wrong
}

/** Clamps where the other one can only be seen clamped. */
function comparable(hand: Outcome, { unclamped }: Outcome): Outcome {
  if (unclamped) return hand
  return { ...hand, fit: clamp(hand.fit), engagement: clamp(hand.engagement), unclamped }
}

/** Facts are whole points; only activities may differ. */
function isSame(expected: Outcome, found: Outcome, tolerance: number): boolean {
  return (
    expected.fit === found.fit &&
    Math.abs(expected.engagement - found.engagement) <= tolerance &&
    Math.abs(expected.score - found.score) <= tolerance &&
    isSameDecision(expected, found)
  )
}

/** Only those who round say what follows, so nobody is carried over a threshold by rounding alone. */
function isSameDecision(expected: Outcome, { decided }: Outcome): boolean {
  if (decided === undefined) return true
  return JSON.stringify(decided) === JSON.stringify(expected.decided)
}

function inWords({ fit, engagement, score }: Outcome): string {
  return `fit ${fit}, engagement ${engagement}, score ${score}`
}
