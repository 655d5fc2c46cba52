-- A second wall between tenants: whoever is not the owner of the tables sees the rows of the one installation that the
-- transaction names in `plumbline.installation`, and without a name none (src/store/tenants.ts).
-- Not forced upon the owner, who has to see all: a policy that lets it through would protect nothing more, and pg_dump
-- by an owner that is no superuser fails on a forced table.
-- A setting that ended with its transaction is '' afterwards, not null.
do $$
declare
  own record;
begin
  for own in
    select c.oid::regclass as name, a.attname as installation
    from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
      and a.attname = case c.relname when 'installation' then 'id' else 'installation_id' end
    order by c.relname
  loop
    execute format('alter table %s enable row level security', own.name);
    execute format(
      'create policy tenant on %s
        using (%2$I = nullif(current_setting(''plumbline.installation'', true), '''')::uuid)
        with check (%2$I = nullif(current_setting(''plumbline.installation'', true), '''')::uuid)',
      own.name, own.installation);
  end loop;
end $$;

-- Foreign keys are checked without policies: with the run alone, a cursor could hang on another installation's run.
alter table sync_run add constraint sync_run_of_installation unique (installation_id, id);
alter table sync_cursor
  drop constraint sync_cursor_run_id_fkey,
  add constraint sync_cursor_run_fkey foreign key (installation_id, run_id)
    references sync_run (installation_id, id) on delete cascade;

-- Under a policy an index serves only conditions whose functions are known to tell nothing (leakproof). cardinality() and
-- && are not, so the index on `records` cannot be used; receipts of several records are few, and this one finds them.
create index score_receipt_shared on score_receipt (installation_id) where cardinality(records) > 1;
