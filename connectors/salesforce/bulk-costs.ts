/** Looks at a job until it ends, in `Bulk.settle`: about two minutes of work. */
const POLLS = 8
/** Records of one page of results: a page is held whole, and 50,000 rows are some 270 MB while they are parsed. */
export const RESULT_PAGE = 10_000

/** API requests of reading so many records with one query job: create, polls, pages, state before delete, delete. */
export function bulkQueryCalls(records: number, pageSize = RESULT_PAGE): number {
  const pages = Math.max(1, Math.ceil(records / pageSize))
  return 1 + POLLS + pages + 2
}

/** API requests of one update job: create, upload, close, polls, three results, state before delete, delete. */
export function bulkUpdateCalls(jobs = 1): number {
  return jobs * (3 + POLLS + 3 + 2)
}
