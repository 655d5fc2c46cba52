/**
 * What the portal still has to tell: webhook events that nobody has accepted yet, and the journal. Laid
 * out whenever a portal is opened, because files from before these tables are served as well.
 */
export const NOTICE_TABLES = `
create table if not exists webhook_event (
  seq integer primary key autoincrement,
  event_id integer,
  body text not null,
  attempt integer not null default 0,
  first_sent_at integer,
  due_at integer not null,
  in_flight integer not null default 0
);
create index if not exists webhook_event_due on webhook_event (due_at, seq) where in_flight = 0;
create index if not exists webhook_event_tried on webhook_event (first_sent_at)
  where first_sent_at is not null;
create table if not exists journal_subscription (
  id integer primary key,
  key text not null unique,
  definition text not null,
  created_at integer not null,
  updated_at integer not null
);
create table if not exists journal_event (
  seq integer primary key autoincrement,
  recorded_at integer not null,
  body text not null
);
create index if not exists journal_event_recorded on journal_event (recorded_at);
create table if not exists journal_entry (
  id integer primary key autoincrement,
  offset text not null unique,
  first_seq integer not null,
  last_seq integer not null,
  published_at integer not null
);
create table if not exists app_token (
  token text primary key,
  scopes text not null,
  expires_at integer not null
) without rowid;
`
