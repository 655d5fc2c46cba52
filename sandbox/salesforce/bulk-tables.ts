/**
 * Bulk jobs with what was uploaded and what came of it. `position` is how far a job has come: rows of a
 * query, bytes and rows of an upload are found again by it after a restart.
 */
export const BULK_TABLES = `
create table if not exists bulk_job (
  id text primary key,
  kind text not null,
  state text not null,
  definition text not null,
  user_id text not null,
  client_name text,
  created_at integer not null,
  changed_at integer not null,
  processed integer not null default 0,
  failed integer not null default 0,
  error_message text
) without rowid;
create table if not exists bulk_upload (
  job_id text primary key,
  csv text not null
) without rowid;
create table if not exists bulk_line (
  job_id text not null,
  n integer not null,
  kind text not null,
  line text not null,
  primary key (job_id, n)
) without rowid;
`
