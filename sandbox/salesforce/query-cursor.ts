import { randomBytes } from 'node:crypto'
import { apiError } from './errors.ts'
import { to18 } from './ids.ts'
import { type Store, transaction } from './store.ts'

/** Cursors die two days after their query. */
const LIFETIME_MS = 2 * 86_400_000
const ID_LENGTH = 18

/** What a query of several pages found. */
export interface Cursor {
  readonly id: string
  readonly soql: string
  readonly userId: string
  readonly isAll: boolean
  /** How many records were found. */
  readonly total: number
  /** The size that its pages were asked to have. */
  readonly pageSize: number
}

export function invalidLocator(): Error {
  return apiError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator')
}

function newCursorId(): string {
  const id = to18(`01g${randomBytes(6).toString('hex')}`)
  if (id) return id
  throw new Error('A cursor id has letters and digits only.')
}

/** Keeps what was found, so that later pages show the same records even after a restart. */
export function openCursor(
  store: Store,
  cursor: Omit<Cursor, 'id' | 'total'>,
  ids: readonly string[],
  now: number,
): Cursor {
  const id = newCursorId()
  transaction(store, () => {
    store.sql('delete from query_cursor where created_at <= ?').run(now - LIFETIME_MS)
    store
      .sql('insert into query_cursor values (?, ?, ?, ?, ?, ?, ?)')
      .run(id, cursor.soql, cursor.userId, Number(cursor.isAll), ids.join(''), cursor.pageSize, now)
  })
  return { ...cursor, id, total: ids.length }
}

/** @throws ApiError 400 INVALID_QUERY_LOCATOR for one that is unknown, or too old */
export function findCursor(store: Store, id: string, now: number): Cursor {
  const row = store
    .sql(
      `select id, soql, user_id, is_all, page_size, length(ids) as length
       from query_cursor where id = ? and created_at > ?`,
    )
    .get(id, now - LIFETIME_MS)
  if (!row) throw invalidLocator()
  return {
    id,
    soql: String(row['soql']),
    userId: String(row['user_id']),
    isAll: row['is_all'] === 1,
    total: Number(row['length']) / ID_LENGTH,
    pageSize: Number(row['page_size']),
  }
}

/** The ids of one page. */
export function cursorIds(store: Store, id: string, offset: number, count: number): string[] {
  const row = store
    .sql('select substr(ids, ?, ?) as ids from query_cursor where id = ?')
    .get(offset * ID_LENGTH + 1, count * ID_LENGTH, id)
  const text = String(row?.['ids'] ?? '')
  return Array.from({ length: text.length / ID_LENGTH }, (_, index) =>
    text.slice(index * ID_LENGTH, (index + 1) * ID_LENGTH),
  )
}
