-- What an operator set for one installation (src/store/settings.ts).
alter table installation add column settings jsonb not null default '{}';

-- `fetch`: records that the CRM told us about; `task`: tasks to create; `erase`: people to forget.
alter table due drop constraint due_stage_check;
alter table due add constraint due_stage_check
  check (stage in ('sync', 'fetch', 'enrich', 'score', 'write_back', 'task', 'erase'));
