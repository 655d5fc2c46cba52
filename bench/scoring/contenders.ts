import type { Facts } from '../../src/scoring/result.ts'
import type { Contender, Workload } from './contender-types.ts'
import { engagementOf, fitOf, scoreByHand, standingByHand } from './hand-written.ts'
import { loadListingLogicEngine, loadLogicEngine, loadTunedLogicEngine } from './logic-engine.ts'
import { NOBODY, NOW } from './people.ts'
import { loadComplete, loadForesight, loadItemised, loadStanding } from './plumbline.ts'
import { loadRulesEngine } from './rules-engine.ts'

const EVERYBODY = Number.POSITIVE_INFINITY

/** Who is compared, in the order of the table. */
export const CONTENDERS = {
  hand: {
    label: 'hand-written, score and tier',
    rounds: true,
    sample: EVERYBODY,
    passes: 4,
    load: loadByHand,
  },
  bare: {
    label: 'hand-written, score alone',
    rounds: true,
    sample: EVERYBODY,
    passes: 4,
    load: loadBareByHand,
  },
  standing: {
    label: 'Plumbline, score and tier',
    rounds: true,
    sample: EVERYBODY,
    passes: 4,
    load: loadStanding,
  },
  itemised: {
    label: 'Plumbline, with every line',
    rounds: true,
    sample: EVERYBODY,
    passes: 4,
    load: loadItemised,
  },
  complete: {
    label: 'Plumbline, complete result',
    rounds: true,
    sample: 20_000,
    passes: 4,
    load: loadComplete,
  },
  foresight: {
    label: 'the same, and its next change',
    rounds: true,
    sample: 2_000,
    passes: 2,
    load: loadForesight,
  },
  logic: {
    label: 'json-logic-engine, compiled',
    rounds: false,
    sample: EVERYBODY,
    passes: 4,
    load: loadLogicEngine,
  },
  listed: {
    label: 'the same, with its list',
    rounds: false,
    sample: EVERYBODY,
    passes: 4,
    load: loadListingLogicEngine,
  },
  tuned: {
    label: 'json-logic-engine, tuned by hand',
    rounds: false,
    sample: EVERYBODY,
    passes: 4,
    load: loadTunedLogicEngine,
  },
  rules: {
    label: 'json-rules-engine',
    rounds: false,
    sample: 8_000,
    passes: 2,
    load: loadRulesEngine,
  },
} as const satisfies Readonly<Record<string, Contender>>

export type ContenderName = keyof typeof CONTENDERS

export const CONTENDER_NAMES: readonly ContenderName[] = [
  'hand',
  'bare',
  'standing',
  'itemised',
  'complete',
  'foresight',
  'logic',
  'listed',
  'tuned',
  'rules',
]

function loadByHand(people: readonly Facts[]): Workload {
  const now = NOW.getTime()
  return {
    pass: () => {
      let total = 0
      for (const facts of people) total += standingByHand(facts, now).score
      return total
    },
    outcome: (index) => {
      const { person, company, activities } = people[index] ?? NOBODY
      const { score, grade, stage, tier, action } = standingByHand(
        { person, company, activities },
        now,
      )
      const sums = { fit: fitOf(person, company), engagement: engagementOf(activities, now) / 100 }
      return { ...sums, unclamped: true, score, decided: { grade, stage, tier, action } }
    },
  }
}

function loadBareByHand(people: readonly Facts[]): Workload {
  const now = NOW.getTime()
  return {
    pass: () => {
      let total = 0
      for (const facts of people) total += scoreByHand(facts, now)
      return total
    },
    outcome: (index) => {
      const { person, company, activities } = people[index] ?? NOBODY
      const score = scoreByHand({ person, company, activities }, now)
      const sums = { fit: fitOf(person, company), engagement: engagementOf(activities, now) / 100 }
      return { ...sums, unclamped: true, score }
    },
  }
}
