-- Tasks we created in the CRM, or are about to: reserved before the call, so that a crash creates none twice.
create table task (
  installation_id uuid not null references installation on delete cascade,
  person_id text not null,
  tier text not null,
  owner_id text not null,
  key text not null,
  reserved_at timestamptz not null,
  created_at timestamptz,
  primary key (installation_id, person_id, tier, reserved_at)
);
create index task_by_time on task (installation_id, reserved_at);
