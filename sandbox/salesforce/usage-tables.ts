/** Calls by the minute they fell into, and by who made them: this app, or the org's others. */
export const USAGE_TABLES = `
create table if not exists usage (
  minute integer not null,
  is_foreign integer not null,
  calls integer not null,
  primary key (minute, is_foreign)
) without rowid;
`
