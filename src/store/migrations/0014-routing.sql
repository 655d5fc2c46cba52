-- `route`: people whom the CRM's own assignment rules are to give an owner anew.
alter table due drop constraint due_stage_check;
alter table due add constraint due_stage_check
  check (stage in ('sync', 'fetch', 'enrich', 'score', 'write_back', 'task', 'route', 'erase'));
