import type { StoredObject, Values } from './object-table.ts'
import { shownValue } from './object-view.ts'
import { findProperty } from './property-table.ts'
import type { RecordType } from './record.ts'
import type { Sandbox } from './sandbox.ts'
import type { Store } from './store.ts'

/** More records than this in one answer with histories are refused (unverified in the real API). */
export const HISTORY_MAX = 50
/** Where a value is said to come from that a record has had since it was made. */
const FROM_THE_BEGINNING = 'IMPORT'
const OWN_APP = 'INTEGRATION'
const KEPT_FOR: readonly RecordType[] = ['contacts', 'companies']

interface Entry {
  readonly value: string
  readonly timestamp: string
  readonly sourceType: string
  readonly sourceId?: string
}

/** Who wrote a value, in the words of events: INTEGRATION with an app's id, CRM_UI with a user's. */
interface ValueSource {
  readonly sourceType: string
  readonly sourceId?: string | undefined
}

/**
 * Keeps what a change does to a record's values. A value that was there from the beginning gets its own
 * entry only now, so that filling a portal costs nothing.
 */
export function recordHistory(
  store: Store,
  before: StoredObject,
  values: Values,
  at: number,
  { sourceType, sourceId }: ValueSource,
): void {
  const { type, id } = before
  if (!KEPT_FOR.includes(type)) return
  const first = store.sql(
    `insert into property_history (type, id, name, value, at, source_type)
     select ?1, ?2, ?3, ?4, ?5, ?6 where not exists
       (select 1 from property_history where type = ?1 and id = ?2 and name = ?3)`,
  )
  const next = store.sql(
    `insert into property_history (type, id, name, value, at, source_type, source_id)
     values (?, ?, ?, ?, ?, ?, ?)`,
  )
  for (const [name, value] of Object.entries(values)) {
    const old = before.properties[name]
    if (old !== undefined) first.run(type, id, name, old, before.createdAt, FROM_THE_BEGINNING)
    next.run(type, id, name, value, at, sourceType, sourceId ?? null)
  }
}

/** A merge that makes a new record takes the history of the one whose values stay along. */
export function moveHistory(store: Store, type: RecordType, from: number, to: number): void {
  store.sql('update property_history set id = ? where type = ? and id = ?').run(to, type, from)
}

/** Who is writing now; the app itself unless somebody else is named. */
export function sourceOf(store: Store): ValueSource {
  const source = store.changes.source()
  if (!source) return { sourceType: OWN_APP }
  return { sourceType: source.changeSource, sourceId: source.sourceId }
}

function entriesOf({ store, app }: Sandbox, object: StoredObject, name: string): Entry[] {
  const rows = store
    .sql(
      `select value, at, source_type, source_id from property_history
       where type = ? and id = ? and name = ? order by at desc, seq desc`,
    )
    .all(object.type, object.id, name)
  const entries = rows.map((row) => {
    const sourceType = String(row['source_type'])
    const ownId = sourceType === OWN_APP ? app.appId : null
    const sourceId = row['source_id'] ?? ownId
    return {
      value: String(row['value']),
      timestamp: new Date(Number(row['at'])).toISOString(),
      sourceType,
      ...(sourceId !== null && { sourceId: String(sourceId) }),
    }
  })
  return entries.length > 0 ? entries : sinceTheBeginning(object, name)
}

function sinceTheBeginning(object: StoredObject, name: string): Entry[] {
  const value = shownValue(object, name)
  if (value === null) return []
  const timestamp = new Date(object.createdAt).toISOString()
  return [{ value, timestamp, sourceType: FROM_THE_BEGINNING }]
}

/** The `propertiesWithHistory` of a read, newest entry first; nothing where none were asked for. */
export function viewHistory(
  sandbox: Sandbox,
  object: StoredObject,
  asked: readonly string[],
): { propertiesWithHistory?: Record<string, Entry[]> } {
  if (asked.length === 0) return {}
  const known = asked.filter((name) => findProperty(sandbox.store, object.type, name))
  const histories = known.map((name) => [name, entriesOf(sandbox, object, name)] as const)
  return { propertiesWithHistory: Object.fromEntries(histories) }
}
