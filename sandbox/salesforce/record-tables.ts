/** References by which records are looked up often; each has an index. */
export const INDEXED_REFERENCES = [
  'WhoId',
  'AccountId',
  'ContactId',
  'LeadId',
  'OpportunityId',
  'CampaignId',
] as const

const INDEXES = INDEXED_REFERENCES.map((name) => {
  const value = `json_extract(fields, '$."${name}"')`
  return `create index if not exists record_by_${name} on record (type, ${value})
  where ${value} is not null;`
}).join('\n')

/**
 * Records with their values as JSON. `former_record` keeps what queries still see of a record whose last
 * change commits late. `deletion` says when a record was deleted, and outlives its purge.
 */
export const RECORD_TABLES = `
create table if not exists setting (key text primary key, value text not null) without rowid;
create table if not exists record (
  type text not null,
  id text not null,
  fields text not null,
  created_at integer not null,
  modified_at integer not null,
  stamped_at integer not null,
  is_deleted integer not null default 0,
  visible_at integer not null default 0,
  primary key (type, id)
);
create index if not exists record_by_stamp on record (type, stamped_at, id);
create index if not exists record_by_creation on record (type, created_at, id);
${INDEXES}
create table if not exists former_record (
  type text not null,
  id text not null,
  fields text not null,
  created_at integer not null,
  modified_at integer not null,
  stamped_at integer not null,
  is_deleted integer not null,
  visible_at integer not null,
  visible_until integer not null,
  primary key (type, id, visible_until)
);
create table if not exists deletion (
  type text not null,
  id text not null,
  at integer not null,
  primary key (type, id)
) without rowid;
create table if not exists custom_field (
  type text not null,
  name text not null collate nocase,
  definition text not null,
  primary key (type, name)
) without rowid;
`
