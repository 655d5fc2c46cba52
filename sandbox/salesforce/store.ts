import { type Database, isBlank, openDatabase, transact } from '../common/database.ts'
import { WRITE_LOG_TABLE } from '../common/write-log.ts'
import { BULK_TABLES } from './bulk-tables.ts'
import { EVENT_TABLES } from './event-tables.ts'
import { MARKET_TABLES } from './market-tables.ts'
import { OAUTH_TABLES } from './oauth-tables.ts'
import { QUERY_TABLES } from './query-tables.ts'
import { RECORD_TABLES } from './record-tables.ts'
import { USAGE_TABLES } from './usage-tables.ts'

const APPLICATION_ID = 0x53_46_53_58

/** Laid out at every opening where they are missing. Whoever has tables of their own adds them here. */
const TABLES = [
  RECORD_TABLES,
  QUERY_TABLES,
  USAGE_TABLES,
  OAUTH_TABLES,
  MARKET_TABLES,
  BULK_TABLES,
  EVENT_TABLES,
  WRITE_LOG_TABLE,
]

/** An open org file. */
export interface Store extends Database {
  /** What was parsed from the file, by key; emptied when a transaction fails. */
  readonly parsed: Map<string, unknown>
}

/**
 * Opens an org file, or lays one out where there is none.
 * @throws Error naming the file when it is something else.
 */
export function openStore(file: string): Store {
  const database = openDatabase(file, { applicationId: APPLICATION_ID, noun: 'org' })
  const store = { ...database, parsed: new Map() }
  if (isBlank(store)) store.db.exec(`pragma application_id = ${APPLICATION_ID}`)
  for (const tables of TABLES) store.db.exec(tables)
  return store
}

/** Runs `work` all or nothing; inside another transaction it is part of that one. */
export function transaction<T>(store: Store, work: () => T): T {
  return transact(store, work, () => store.parsed.clear())
}

export function readSetting(store: Store, key: string): string | undefined {
  const row = store.sql('select value from setting where key = ?').get(key)
  return row ? String(row['value']) : undefined
}

export function writeSetting(store: Store, key: string, value: string): void {
  store
    .sql('insert into setting values (?, ?) on conflict (key) do update set value = excluded.value')
    .run(key, value)
}
