/**
 * Change events. `seq` is an event's place in the stream; it has none before its transaction has committed.
 * Schemas are kept because a subscriber may ask for one that a new field has outdated.
 */
export const EVENT_TABLES = `
create table if not exists change_event (
  id integer primary key autoincrement,
  seq integer unique,
  entity text not null,
  change_type text not null,
  record_ids text not null,
  changed_fields text not null,
  field_values text not null,
  commit_user text not null,
  change_origin text not null,
  transaction_key text not null,
  sequence_number integer not null,
  committed_at integer not null
);
create index if not exists change_event_by_commit on change_event (committed_at, id);
create table if not exists avro_schema (
  id text primary key,
  json text not null
) without rowid;
`
