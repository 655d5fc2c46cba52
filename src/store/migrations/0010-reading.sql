-- The hourly late pass reads changes that the CRM's search index showed too late for the incremental readings.
alter table sync_run drop constraint sync_run_kind_check;
alter table sync_run add constraint sync_run_kind_check check (kind in ('full', 'delta', 'late'));
alter table sync_run
  -- End of the window of changes; null for a full reading.
  add column until timestamptz,
  -- The customer's own properties that the models asked for when the run began: person.NAME, company.NAME.
  add column fields text[] not null default '{}';
update sync_run set until = started_at where since is not null;

-- In the order in which CRMs list records: what a page of the list does not name is looked for between its ends.
create index person_by_listing on person (installation_id, length(id), (id collate "C"))
  where deleted_at is null and merged_into is null;
create index company_by_listing on company (installation_id, length(id), (id collate "C"))
  where deleted_at is null and merged_into is null;
