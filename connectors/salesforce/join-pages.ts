import { EMPTY_PAGE, type Page } from '../page.ts'

/** What several pages say, as one that is the last. */
export function joinPages(pages: readonly Page[]): Page {
  return {
    ...EMPTY_PAGE,
    people: pages.flatMap((page) => page.people),
    companies: pages.flatMap((page) => page.companies),
    activities: pages.flatMap((page) => page.activities),
    deals: pages.flatMap((page) => page.deals),
    removed: pages.flatMap((page) => page.removed),
    merged: pages.flatMap((page) => page.merged),
    whole: pages.flatMap((page) => page.whole ?? []),
    ours: pages.flatMap((page) => page.ours),
  }
}
