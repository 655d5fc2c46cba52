import { malformedQuery } from './errors.ts'
import type { Org } from './org.ts'
import type { Value } from './record.ts'
import { parseSoql } from './soql.ts'
import { isAggregate } from './soql-aggregate.ts'
import { findIds, scopeOf } from './soql-find.ts'
import { readValues } from './soql-read.ts'
import { selectionOf } from './soql-select.ts'
import type { User } from './users.ts'

const CHUNK = 1_000

/** What a query finds, as plain rows. */
export interface Rows {
  /** The fields as they stand in answers: `Id`, `Account.Name`. */
  readonly columns: readonly string[]
  /** How many records were found when the query ran. */
  readonly total: number
  /**
   * The values of the records from `offset` on, `count` of them at most, in the order of the columns.
   * Datetimes are what Date.toISOString writes. Records that were purged since are left out.
   */
  rows(offset?: number, count?: number): Generator<Value[]>
}

/**
 * Runs a query for whoever wants its records in bulk: found at once, read bit by bit.
 *
 * @throws ApiError 400 as Salesforce refuses the query; MALFORMED_QUERY for sub-queries and aggregates
 */
export function readRows(
  org: Pick<Org, 'store' | 'clock'>,
  soql: string,
  user: User,
  { all }: { all: boolean },
): Rows {
  const query = parseSoql(soql)
  if (isAggregate(query))
    throw malformedQuery('Aggregate queries are not supported in bulk queries')
  const scope = scopeOf({ org, user, now: org.clock.now(), isAll: all }, query)
  const selection = selectionOf(scope, query)
  if (selection.children.length > 0)
    throw malformedQuery('Nested queries are not supported in bulk queries')
  const ids = findIds(scope, query)
  return {
    columns: selection.columns.map(({ path }) => path.join('.')),
    total: ids.length,
    *rows(offset = 0, count = ids.length) {
      const end = Math.min(offset + count, ids.length)
      for (let from = offset; from < end; from += CHUNK)
        yield* readValues(scope, selection, ids.slice(from, Math.min(from + CHUNK, end)))
    },
  }
}
