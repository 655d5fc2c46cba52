-- What an org tells by itself: read bit by bit, for ever.
alter table due drop constraint due_stage_check;
alter table due add constraint due_stage_check check (
  stage in ('sync', 'fetch', 'enrich', 'score', 'write_back', 'task', 'route', 'listen', 'erase'));

-- Where that reading stands.
create table event_feed (
  installation_id uuid primary key references installation on delete cascade,
  -- The CRM's own; null before anything was told, and after a gap.
  position text,
  -- When something was told last.
  told_at timestamptz,
  -- Readings that were refused since the last one that was not.
  failures int not null default 0
);

alter table inbox drop constraint inbox_source_check;
alter table inbox add constraint inbox_source_check
  check (source in ('webhook', 'journal', 'events'));
alter table inbox_refused drop constraint inbox_refused_source_check;
alter table inbox_refused add constraint inbox_refused_source_check
  check (source in ('webhook', 'journal', 'events'));
