import type { Merge, Page } from '../connectors/page.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import type { Db } from '../src/store/database.ts'
import { mark } from '../src/store/due.ts'
import { erasedAmong } from '../src/store/tombstones.ts'

/** A page without what it says about records that were erased: it may have been under way for long. */
export async function withoutErased(
  transaction: Db,
  installationId: string,
  page: Page,
): Promise<Page> {
  const people = await erasedAmong(transaction, installationId, 'person', peopleOn(page))
  const companies = await erasedAmong(transaction, installationId, 'company', companiesOn(page))
  if (people.size + companies.size === 0) return page
  const isErased = (kind: SubjectKind, id: string) =>
    (kind === 'person' ? people : companies).has(id)
  return {
    ...page,
    people: page.people.filter(({ id }) => !people.has(id)).map((each) => leave(each, companies)),
    companies: page.companies.filter(({ id }) => !companies.has(id)),
    activities: page.activities.filter(({ personId }) => !people.has(personId)),
    deals: page.deals
      .map((deal) => leave(deal, companies))
      .map((deal) => ({ ...deal, personIds: deal.personIds.filter((id) => !people.has(id)) })),
    ours: page.ours.filter(({ subject }) => !isErased(subject.kind, subject.id)),
  }
}

function peopleOn({ people, activities, deals, ours }: Page): readonly string[] {
  return [
    ...people.map(({ id }) => id),
    ...activities.map(({ personId }) => personId),
    ...deals.flatMap(({ personIds }) => personIds),
    ...ours.filter(({ subject }) => subject.kind === 'person').map(({ subject }) => subject.id),
  ]
}

function companiesOn({ people, companies, deals, ours }: Page): readonly string[] {
  return [
    ...companies.map(({ id }) => id),
    ...[...people, ...deals].flatMap(({ companyId }) => companyId ?? []),
    ...ours.filter(({ subject }) => subject.kind === 'company').map(({ subject }) => subject.id),
  ]
}

function leave<R extends { readonly companyId?: string }>(
  record: R,
  companies: ReadonlySet<string>,
): R | Omit<R, 'companyId'> {
  if (record.companyId === undefined || !companies.has(record.companyId)) return record
  const { companyId: _erased, ...rest } = record
  return rest
}

/**
 * Merges of one kind that may be followed. What was merged into somebody who was erased is theirs and is erased as
 * well; what is said about an erased loser has nobody to be about.
 */
export async function mergesToFollow(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  merges: readonly Merge[],
  now: Date,
): Promise<readonly Merge[]> {
  const ofKind = merges.filter((merge) => merge.kind === kind)
  const ids = ofKind.flatMap(({ loser, winner }) => [loser, winner])
  const erased = await erasedAmong(transaction, installationId, kind, ids)
  const orphans = ofKind.filter(({ winner }) => erased.has(winner)).map(({ loser }) => loser)
  const unknown = orphans.filter((id) => !erased.has(id))
  await mark(transaction, installationId, 'erase', kind, unknown, now)
  return ofKind.filter(({ loser, winner }) => !erased.has(loser) && !erased.has(winner))
}
