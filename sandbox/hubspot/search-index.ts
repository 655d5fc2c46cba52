import type { Effects } from './faults.ts'
import type { RecordType } from './record.ts'
import type { Store } from './store.ts'

type IndexLag = NonNullable<Effects['indexLag']>

/** A table to search in: SQL for `from`, and its values. */
export interface Searched {
  readonly sql: string
  readonly values: readonly (string | number)[]
}

/** A share from 0 to 1, always the same for one change of one record (murmur3's finaliser). */
function lagShare(id: number, at: number, seed: number): number {
  let mixed = (Math.imul(id, 0x9e3779b1) ^ Math.imul(at % 0x7fffffff, 0x85ebca6b) ^ seed) >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_295
}

/** Teaches the database how long a change takes to reach the index. */
export function addIndexLag(store: Store): void {
  store.db.function('index_lag', { deterministic: true }, (id, at, seed, maxMs) =>
    Math.round(lagShare(Number(id), Number(at), Number(seed)) * Number(maxMs)),
  )
}

/** Asks for the exact lag only where the longest one might not be over. */
const isIndexed = (id: string, at: string) =>
  `(${at} + ? <= ? or ${at} + index_lag(${id}, ${at}, ?, ?) <= ?)`

/**
 * The records of a type as an index shows them that each single change reaches after a time of its own,
 * out of order: until then a record has the time of its last indexed change. Its values are today's; what
 * a record looked like before is not kept. A record that no change of has arrived yet has no time at all.
 */
export function laggingObjects(type: RecordType, lag: IndexLag, now: number): Searched {
  const values = [lag.maxMs, now, lag.seed, lag.maxMs, now]
  return {
    sql: `(select o.type, o.id, o.properties, o.created_at, o.archived_at, o.merged_into,
        case when ${isIndexed('o.id', 'o.updated_at')} then o.updated_at else
          (select max(v.at) from object_version v
           where v.type = o.type and v.id = o.id and ${isIndexed('v.id', 'v.at')})
        end as updated_at
      from object o where o.type = ?)`,
    values: [...values, ...values, type],
  }
}
