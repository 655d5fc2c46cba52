import type { Page } from '../../connectors/page.ts'

/** A page that says nothing. */
export const NOTHING: Page = {
  people: [],
  companies: [],
  activities: [],
  deals: [],
  removed: [],
  merged: [],
  ours: [],
  records: 0,
  next: null,
}
