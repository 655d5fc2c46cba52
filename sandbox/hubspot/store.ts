import { type Database, isBlank, openDatabase, transact } from '../common/database.ts'
import { WRITE_LOG_TABLE } from '../common/write-log.ts'
import { type ChangeFeed, openChangeFeed } from './changes.ts'
import { LATER_TABLES } from './later-tables.ts'
import { NOTICE_TABLES } from './notice-tables.ts'
import { standardGroups, standardProperties } from './property-catalog.ts'
import type { StoredProperty } from './property-types.ts'

const APPLICATION_ID = 0x48_53_42_58

const SCHEMA = `
create table portal (key text primary key, value text not null) without rowid;
create table object (
  type text not null,
  id integer not null,
  properties text not null,
  created_at integer not null,
  updated_at integer not null,
  archived_at integer,
  merged_into integer,
  primary key (type, id)
);
create index object_by_id on object (type, id, updated_at)
  where archived_at is null and merged_into is null;
create index object_by_change on object (type, updated_at, id)
  where archived_at is null and merged_into is null;
create index object_archived on object (type, id)
  where archived_at is not null and merged_into is null;
create index contact_by_email on object (lower(json_extract(properties, '$."email"')))
  where type = 'contacts' and archived_at is null and merged_into is null;
create table association (
  from_type text not null,
  from_id integer not null,
  to_type text not null,
  to_id integer not null,
  type_id integer not null,
  primary key (from_type, from_id, to_type, to_id, type_id)
) without rowid;
create table property (
  type text not null,
  name text not null,
  definition text not null,
  archived integer not null default 0,
  primary key (type, name)
) without rowid;
create table property_group (
  type text not null,
  name text not null,
  label text not null,
  display_order integer not null,
  primary key (type, name)
) without rowid;
create table oauth_code (
  code text primary key,
  redirect_uri text not null,
  scopes text not null,
  expires_at integer not null
) without rowid;
create table oauth_grant (
  id text primary key,
  scopes text not null,
  revoked integer not null default 0
) without rowid;
create table oauth_token (
  token text primary key,
  kind text not null,
  grant_id text not null,
  expires_at integer,
  revoked integer not null default 0
) without rowid;
`

/** An open portal file. */
export interface Store extends Database {
  /** Property definitions by type, parsed; emptied by whoever changes one. */
  readonly parsed: Map<string, ReadonlyMap<string, StoredProperty>>
  readonly changes: ChangeFeed
}

function createSchema(store: Store): void {
  transaction(store, () => {
    store.db.exec(SCHEMA)
    store.db.exec(`pragma application_id = ${APPLICATION_ID}`)
    const group = store.sql('insert into property_group values (?, ?, ?, ?)')
    for (const { type, name, label } of standardGroups()) group.run(type, name, label, -1)
    const property = store.sql('insert into property (type, name, definition) values (?, ?, ?)')
    for (const { type, definition } of standardProperties()) {
      property.run(type, definition.name, JSON.stringify(definition))
    }
  })
}

/**
 * Opens a portal file, or lays one out where there is none.
 * @throws Error naming the file when it is something else.
 */
export function openStore(file: string): Store {
  const database = openDatabase(file, { applicationId: APPLICATION_ID, noun: 'portal' })
  const store: Store = { ...database, parsed: new Map(), changes: openChangeFeed() }
  if (isBlank(store)) createSchema(store)
  store.db.exec(NOTICE_TABLES)
  store.db.exec(LATER_TABLES)
  store.db.exec(WRITE_LOG_TABLE)
  return store
}

/** Runs `work` all or nothing; inside another transaction it is part of that one. */
export function transaction<T>(store: Store, work: () => T): T {
  return transact(store, work, () => store.parsed.clear())
}

/** Undoes the open transaction, and what was remembered from it. */
export function rollBack(store: Store): void {
  store.parsed.clear()
  if (store.db.isTransaction) store.db.exec('rollback')
}

export function readSetting(store: Store, key: string): string | undefined {
  const row = store.sql('select value from portal where key = ?').get(key)
  return row ? String(row['value']) : undefined
}

export function writeSetting(store: Store, key: string, value: string): void {
  store
    .sql('insert into portal values (?, ?) on conflict (key) do update set value = excluded.value')
    .run(key, value)
}
