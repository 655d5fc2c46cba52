import type { Merge, Page, Removal } from '../connectors/page.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import { dropAccountScores } from '../src/store/account-scores.ts'
import {
  moveActivities,
  retractActivities,
  retractFromOthers,
  upsertActivities,
} from '../src/store/activities.ts'
import type { Db } from '../src/store/database.ts'
import { removeDeals, upsertDeals } from '../src/store/deals.ts'
import { type DueStage, mark } from '../src/store/due.ts'
import { samePeople } from '../src/store/identity.ts'
import { dropScores } from '../src/store/scores.ts'
import {
  livePeople,
  mergeSubjects,
  removeSubjects,
  type Source,
  upsertCompanies,
  upsertPeople,
} from '../src/store/subjects.ts'
import { writeAgain } from '../src/store/written.ts'
import { mergesToFollow, withoutErased } from './erased-records.ts'
import { noteOurValues } from './overwrites.ts'

/**
 * Puts one page into the mirror and marks what it makes due. Belongs into the transaction that moves the cursor.
 * @returns the stages that now have work
 */
export async function storePage(
  transaction: Db,
  installationId: string,
  given: Page,
  now: Date,
  source: Source = 'read',
): Promise<readonly DueStage[]> {
  const page = await withoutErased(transaction, installationId, given)
  const companies = await upsertCompanies(transaction, installationId, page.companies, now, source)
  const people = await upsertPeople(transaction, installationId, page.people, now, source)
  await upsertDeals(transaction, installationId, page.deals, now)
  const gained = await upsertActivities(transaction, installationId, page.activities, now)
  const merged = await applyMerges(transaction, installationId, page.merged, now)
  const lost = await applyRemovals(transaction, installationId, page.removed, now)
  const left = await retractFromOthers(
    transaction,
    installationId,
    page.whole ?? [],
    page.activities,
  )

  await mark(transaction, installationId, 'enrich', 'company', companies, now)
  await mark(transaction, installationId, 'enrich', 'person', people, now)
  // Activities of people who are not here yet wait for them: a new person is always scored.
  const touched = await livePeople(transaction, installationId, [
    ...gained,
    ...merged,
    ...lost,
    ...left,
  ])
  const same = await samePeople(transaction, installationId, touched)
  const rescored = [...same.values()].flat().filter((id) => !people.includes(id))
  await mark(transaction, installationId, 'score', 'person', rescored, now)

  const stages: DueStage[] = []
  const gone = page.merged.length + page.removed.length
  if (companies.length + people.length + gone > 0) stages.push('enrich')
  if (rescored.length > 0) stages.push('score')
  const rewritten = await noteOurValues(transaction, installationId, page.ours, now)
  if (rewritten) stages.push('write_back')
  return stages
}

/** Losers leave the lists and give their activities to the winners, who are returned. */
export async function applyMerges(
  transaction: Db,
  installationId: string,
  merges: readonly Merge[],
  now: Date,
): Promise<readonly string[]> {
  const ofKind = (kind: SubjectKind) =>
    mergesToFollow(transaction, installationId, kind, merges, now)
  const companies = await ofKind('company')
  const absorbed = await mergeSubjects(transaction, installationId, 'company', companies)
  await forgetCompanies(transaction, installationId, absorbed, now)
  const people = await ofKind('person')
  const losers = await mergeSubjects(transaction, installationId, 'person', people)
  await moveActivities(transaction, installationId, people)
  await forgetScores(transaction, installationId, losers, now)
  const accounts = survivorsOf(companies, absorbed)
  const survivors = survivorsOf(people, losers)
  await rewriteSurvivors(transaction, installationId, 'company', accounts, now)
  await rewriteSurvivors(transaction, installationId, 'person', survivors, now)
  return survivors
}

/** Of the merges that are news: every reading tells of the others again. */
function survivorsOf(merges: readonly Merge[], losers: readonly string[]): readonly string[] {
  const merged = new Set(losers)
  return merges.filter(({ loser }) => merged.has(loser)).map(({ winner }) => winner)
}

/** A merge fills empty fields of its survivor with the loser's values: also ours, of which not all are read back. */
async function rewriteSurvivors(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  survivors: readonly string[],
  now: Date,
): Promise<void> {
  const written = await writeAgain(transaction, installationId, kind, survivors, now)
  await mark(transaction, installationId, 'write_back', kind, written, now)
}

/** Deleted people leave the lists; the people whose activities were deleted are returned. */
async function applyRemovals(
  transaction: Db,
  installationId: string,
  removals: readonly Removal[],
  now: Date,
): Promise<readonly string[]> {
  const ofKind = (kind: Removal['kind']) => removals.filter((removal) => removal.kind === kind)
  await removeCompanies(transaction, installationId, ofKind('company'), now)
  const people = await removeSubjects(transaction, installationId, 'person', ofKind('person'))
  await forgetScores(transaction, installationId, people, now)
  await removeDeals(transaction, installationId, ofKind('deal'))
  return retractActivities(transaction, installationId, ofKind('activity'))
}

/** Companies that the CRM has deleted leave the lists. */
export async function removeCompanies(
  transaction: Db,
  installationId: string,
  removed: readonly { id: string; at: Date }[],
  now: Date,
): Promise<void> {
  const gone = await removeSubjects(transaction, installationId, 'company', removed)
  await forgetCompanies(transaction, installationId, gone, now)
}

/** Companies that are gone no longer speak for their people; the enrichment finds those another account. */
async function forgetCompanies(
  transaction: Db,
  installationId: string,
  gone: readonly string[],
  now: Date,
): Promise<void> {
  await dropAccountScores(transaction, installationId, gone)
  await mark(transaction, installationId, 'enrich', 'company', gone, now)
}

/**
 * People who are gone leave the lists: the accounts they counted towards are scored without them, and the
 * enrichment forgets what they were known by.
 */
export async function forgetScores(
  transaction: Db,
  installationId: string,
  people: readonly string[],
  now: Date,
): Promise<void> {
  const accounts = await dropScores(transaction, installationId, people)
  await mark(transaction, installationId, 'score', 'company', accounts, now)
  // A batch under way has read them as they were, and stores their scores after us: the next one drops those.
  await mark(transaction, installationId, 'score', 'person', people, now)
  await mark(transaction, installationId, 'enrich', 'person', people, now)
}
