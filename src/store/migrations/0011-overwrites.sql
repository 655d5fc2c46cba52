-- What tells somebody else's change of our fields from our own writing (jobs/overwrites.ts), and what keeps one
-- record from being written over and over (jobs/write-limit.ts).
alter table written
  -- Values whose writing is under way, or was and its answer never came.
  add column sent_values jsonb,
  -- When the latest write was sent; what the CRM last changed before is older than it.
  add column sent_at timestamptz,
  -- What stood in the fields of the latest write before it.
  add column replaced_values jsonb not null default '{}',
  -- Acknowledged writes of the last minutes, oldest first.
  add column recent_writes timestamptz[] not null default '{}',
  -- Written too often: not before this time.
  add column held_until timestamptz;
update written set sent_at = written_at;
alter table written alter column sent_at set not null;

-- Our fields that somebody changed in the CRM: the latest change of each.
create table field_overwrite (
  installation_id uuid not null references installation on delete cascade,
  subject_kind text not null check (subject_kind in ('person', 'company')),
  subject_id text not null,
  field text not null,
  ours text not null,
  theirs text not null,
  seen_at timestamptz not null,
  -- Seen so often with less than a day in between.
  times int not null default 1,
  -- Ours again.
  settled_at timestamptz,
  primary key (installation_id, subject_kind, subject_id, field)
);
create index field_overwrite_open on field_overwrite (installation_id, seen_at desc) where settled_at is null;

-- How often a record was refused in a row, and since when.
alter table rejection
  add column attempts int not null default 1,
  add column first_rejected_at timestamptz;
update rejection set first_rejected_at = rejected_at;
alter table rejection alter column first_rejected_at set not null;
create index rejection_by_time on rejection (installation_id, first_rejected_at desc, id desc)
  where resolved_at is null;
