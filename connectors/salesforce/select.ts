import { ROLES } from './fields.ts'
import { PAGE_SIZE, type Reading } from './reading.ts'
import { type Query, soql } from './soql.ts'

/** A query for everything that the reading asks for. */
export function recordsWhere(
  { object, select, hasRoles }: Reading,
  rest: Pick<Query, 'where' | 'orderBy' | 'limit'>,
): string {
  const children = hasRoles ? [`(SELECT ContactId, IsDeleted FROM ${ROLES})`] : []
  return soql({ select, children, from: object, ...rest })
}

/** The same, a page of it. */
export function pageWhere(
  reading: Reading,
  where: readonly string[],
  orderBy: readonly string[],
): string {
  return recordsWhere(reading, { where, orderBy, limit: PAGE_SIZE })
}
