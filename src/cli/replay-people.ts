import {
  compareStandings,
  type RoutedStanding,
  type StandingComparison,
} from '../scoring/history/compare-standings.ts'
import type { Facts, Scorer } from '../scoring/result.ts'
import type { Db } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import { peopleCounts } from '../store/overview.ts'
import { peoplePages } from '../store/people-pages.ts'
import { factsOf, scoringInputs } from '../store/scoring-inputs.ts'
import { nameOf } from './leads-table.ts'
import { createProgress, type ProgressView } from './progress.ts'
import { cut } from './terminal.ts'

const PAGE = 500
/** Names are kept for everybody who moves; nobody needs more of them to be recognised. */
const NAME_WIDTH = 60

/** What two models make of everybody who is stored. */
export interface Replay {
  readonly comparison: StandingComparison
  /** Mean share of the later model's fields that are known, 0..1; null without people. */
  readonly coverage: number | null
}

/**
 * Scores everybody alive with both models: the same facts, moment and previous tier and stage, so that
 * nothing but the models can make a difference. Holds one page of people, and of the others only counts and
 * who moved.
 * @param before null where there is nothing to compare with
 */
export async function replayPeople(
  db: Db,
  installation: Installation,
  { before, after }: { readonly before: Scorer | null; readonly after: Scorer },
  asOf: Date,
): Promise<Replay> {
  const counter = compareStandings()
  const progress = await lateProgress(db, installation, asOf)
  let people = 0
  let coverage = 0
  for await (const ids of peoplePages(db, installation.id, PAGE)) {
    for (const input of await scoringInputs(db, installation.id, ids)) {
      const facts = factsOf(input)
      const result = place(after, facts, asOf)
      counter.add({
        id: input.id,
        name: cut(nameOf(input.person), NAME_WIDTH),
        before: before && place(before, facts, asOf),
        after: result,
      })
      people++
      coverage += result.coverage
    }
    progress.update(people)
  }
  progress.end()
  const comparison = inOrderOfIds(counter.summary())
  return { comparison, coverage: people === 0 ? null : round(coverage / people) }
}

/** Through `score`, because only that says where somebody is routed and how much is known about them. */
function place(scorer: Scorer, facts: Facts, asOf: Date): RoutedStanding & { coverage: number } {
  const { score, tier, stage, action, route, coverage } = scorer.score(facts, asOf)
  return { score, tier, stage, action, route, coverage }
}

/** Two decimals, as coverage has everywhere. */
function round(share: number): number {
  return Math.round(share * 100) / 100
}

const byId = new Intl.Collator('en', { numeric: true })

function inOrderOfIds(comparison: StandingComparison): StandingComparison {
  const movers = comparison.movers.toSorted((a, b) => byId.compare(a.id, b.id))
  return { ...comparison, movers }
}

/** What is over sooner needs no progress. */
const QUIET_MS = 1_000

async function lateProgress(
  db: Db,
  { id, accountId }: Installation,
  now: Date,
): Promise<{ update(done: number): void; end(): void }> {
  const { people: total } = await peopleCounts(db, id, now)
  const startedAt = performance.now()
  let view: ProgressView | undefined
  return {
    update(done) {
      if (view === undefined && performance.now() - startedAt < QUIET_MS) return
      view ??= createProgress()
      view.update([{ name: `replay ${accountId}`, done, total }])
    },
    end: () => view?.end(),
  }
}
