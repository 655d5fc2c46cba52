/** Cursors of queries that have more than one page: the ids that were found, in their order. */
export const QUERY_TABLES = `
create table if not exists query_cursor (
  id text primary key,
  soql text not null,
  user_id text not null,
  is_all integer not null,
  ids text not null,
  page_size integer not null,
  created_at integer not null
) without rowid;
`
