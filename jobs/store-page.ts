import type { Merge, Page, Removal } from '../connectors/connector.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import { moveActivities, retractActivities, upsertActivities } from '../src/store/activities.ts'
import type { Db } from '../src/store/database.ts'
import { removeDeals, upsertDeals } from '../src/store/deals.ts'
import { type DueStage, mark } from '../src/store/due.ts'
import { dropScores } from '../src/store/scores.ts'
import {
  livePeople,
  mergeSubjects,
  peopleOfCompanies,
  removeSubjects,
  upsertCompanies,
  upsertPeople,
} from '../src/store/subjects.ts'

/**
 * Puts one page into the mirror and marks what it makes due. Belongs into the transaction that moves the cursor.
 * @returns the stages that now have work
 */
export async function storePage(
  transaction: Db,
  installationId: string,
  page: Page,
  now: Date,
): Promise<readonly DueStage[]> {
  const companies = await upsertCompanies(transaction, installationId, page.companies, now)
  const people = await upsertPeople(transaction, installationId, page.people, now)
  await upsertDeals(transaction, installationId, page.deals, now)
  const gained = await upsertActivities(transaction, installationId, page.activities, now)
  const merged = await applyMerges(transaction, installationId, page.merged)
  const lost = await applyRemovals(transaction, installationId, page.removed)
  const left = await peopleOfCompanies(transaction, installationId, companiesGone(page))

  await mark(transaction, installationId, 'enrich', 'company', companies, now)
  await mark(transaction, installationId, 'enrich', 'person', people, now)
  // Activities of people who are not here yet wait for them: a new person is always scored.
  const touched = await livePeople(transaction, installationId, [
    ...gained,
    ...merged,
    ...lost,
    ...left,
  ])
  const rescored = touched.filter((id) => !people.includes(id))
  await mark(transaction, installationId, 'score', 'person', rescored, now)

  const stages: DueStage[] = []
  if (companies.length + people.length > 0) stages.push('enrich')
  if (rescored.length > 0) stages.push('score')
  return stages
}

/** Companies that no longer speak for their people. */
function companiesGone({ removed, merged }: Page): readonly string[] {
  const deleted = removed.filter(({ kind }) => kind === 'company').map(({ id }) => id)
  const losers = merged.filter(({ kind }) => kind === 'company').map(({ loser }) => loser)
  return [...deleted, ...losers]
}

/** Losers leave the lists and give their activities to the winners, who are returned. */
export async function applyMerges(
  transaction: Db,
  installationId: string,
  merges: readonly Merge[],
): Promise<readonly string[]> {
  const ofKind = (kind: SubjectKind) => merges.filter((merge) => merge.kind === kind)
  await mergeSubjects(transaction, installationId, 'company', ofKind('company'))
  const people = ofKind('person')
  const losers = await mergeSubjects(transaction, installationId, 'person', people)
  await moveActivities(transaction, installationId, people)
  await dropScores(transaction, installationId, losers)
  const known = new Set(losers)
  return people.filter(({ loser }) => known.has(loser)).map(({ winner }) => winner)
}

/** Deleted people leave the lists; the people whose activities were deleted are returned. */
async function applyRemovals(
  transaction: Db,
  installationId: string,
  removals: readonly Removal[],
): Promise<readonly string[]> {
  const ofKind = (kind: Removal['kind']) => removals.filter((removal) => removal.kind === kind)
  await removeSubjects(transaction, installationId, 'company', ofKind('company'))
  const people = await removeSubjects(transaction, installationId, 'person', ofKind('person'))
  await dropScores(transaction, installationId, people)
  await removeDeals(transaction, installationId, ofKind('deal'))
  return retractActivities(transaction, installationId, ofKind('activity'))
}
