/**
 * Tables that came after the first portal files were made: laid out at every opening where they are
 * missing, so that an older file goes on working.
 *
 * `object_version` holds the modification times that a record has had, so that a search can answer from
 * an index that has not caught up yet.
 */
export const LATER_TABLES = `
create table if not exists list (
  id integer primary key autoincrement,
  name text not null collate nocase unique,
  type text not null,
  processing_type text not null,
  filter_branch text,
  created_at integer not null
);
create table if not exists list_member (
  list_id integer not null,
  record_id integer not null,
  since integer not null,
  primary key (list_id, record_id)
) without rowid;
create table if not exists property_history (
  seq integer primary key,
  type text not null,
  id integer not null,
  name text not null,
  value text not null,
  at integer not null,
  source_type text not null,
  source_id text
);
create index if not exists property_history_by_record on property_history (type, id, name);
create table if not exists blocked_email (email text primary key) without rowid;
create table if not exists object_version (
  type text not null,
  id integer not null,
  at integer not null,
  primary key (type, id, at)
) without rowid;
create trigger if not exists object_changed after update of updated_at on object
when old.updated_at <> new.updated_at
begin
  insert or ignore into object_version values (old.type, old.id, old.updated_at);
end;
`
