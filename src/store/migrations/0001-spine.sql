-- The spine: installations, the mirror of the CRM, the ledger of what is due, scores and what was written.
-- Tenant tables start their keys with installation_id; CRM record ids are text and unique only inside it.

create table installation (
  id uuid primary key default uuidv7(),
  crm text not null,
  account_id text not null,
  status text not null check (status in ('active', 'paused', 'disconnected')),
  status_reason text,
  -- AES-256-GCM over the tokens' JSON; null once disconnected.
  tokens bytea,
  scopes text[] not null,
  time_zone text not null default 'UTC',
  ui_domain text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (crm, account_id)
);

create table person (
  installation_id uuid not null references installation on delete cascade,
  id text not null,
  company_id text,
  facts jsonb not null,
  source_created_at timestamptz not null,
  source_updated_at timestamptz not null,
  known_at timestamptz not null,
  deleted_at timestamptz,
  merged_into text,
  primary key (installation_id, id)
);
create index person_by_email on person (lower(facts->>'email'));
create index person_by_company on person (installation_id, company_id) where company_id is not null;

create table company (
  installation_id uuid not null references installation on delete cascade,
  id text not null,
  facts jsonb not null,
  source_created_at timestamptz not null,
  source_updated_at timestamptz not null,
  known_at timestamptz not null,
  deleted_at timestamptz,
  merged_into text,
  primary key (installation_id, id)
);

-- What the scorer saw of a subject, and since when: rows are only ever added.
create table fact_version (
  installation_id uuid not null references installation on delete cascade,
  subject_kind text not null check (subject_kind in ('person', 'company')),
  subject_id text not null,
  known_at timestamptz not null,
  facts jsonb not null,
  primary key (installation_id, subject_kind, subject_id, known_at)
);

create table enrichment (
  installation_id uuid not null references installation on delete cascade,
  subject_kind text not null check (subject_kind in ('person', 'company')),
  subject_id text not null,
  provider text not null,
  -- {field: {value, source}}
  facts jsonb not null,
  fetched_at timestamptz not null,
  expires_at timestamptz,
  cost numeric(12, 4) not null default 0,
  primary key (installation_id, subject_kind, subject_id, provider)
);

-- No reference to person: in a full read activities arrive before the people they belong to.
create table activity (
  installation_id uuid not null references installation on delete cascade,
  person_id text not null,
  source_id text not null,
  type text not null,
  occurred_at timestamptz not null,
  known_at timestamptz not null,
  attributes jsonb not null,
  retracted_at timestamptz,
  primary key (installation_id, person_id, source_id)
);
create index activity_by_source on activity (installation_id, source_id);

create table deal (
  installation_id uuid not null references installation on delete cascade,
  id text not null,
  person_ids text[] not null,
  company_id text,
  stage text not null,
  outcome text not null check (outcome in ('open', 'won', 'lost')),
  amount numeric(18, 2),
  source_created_at timestamptz not null,
  closed_at timestamptz,
  source_updated_at timestamptz not null,
  known_at timestamptz not null,
  deleted_at timestamptz,
  primary key (installation_id, id)
);

create table model_version (
  installation_id uuid not null references installation on delete cascade,
  model_id text not null,
  hash text not null,
  document text not null,
  status text not null check (status in ('draft', 'shadow', 'live', 'retired')),
  created_at timestamptz not null,
  primary key (installation_id, model_id, hash)
);
create unique index model_version_live on model_version (installation_id) where status = 'live';

create table score (
  installation_id uuid not null references installation on delete cascade,
  person_id text not null,
  model text not null,
  as_of timestamptz not null,
  inputs_hash text not null,
  score numeric(6, 2) not null,
  tier text not null,
  stage text not null,
  -- The values for the CRM, by our field name.
  written_values jsonb not null,
  next_change_at timestamptz,
  primary key (installation_id, person_id)
);
create index score_by_rank on score (installation_id, tier, score desc, person_id);

create table score_receipt (
  id bigint generated always as identity primary key,
  installation_id uuid not null references installation on delete cascade,
  person_id text not null,
  model text not null,
  as_of timestamptz not null,
  inputs_hash text not null,
  -- Tier and stage that hysteresis started from; null at the first scoring.
  previous jsonb,
  result jsonb not null
);
create index score_receipt_by_person on score_receipt (installation_id, person_id, as_of desc);

-- What is due, once per (stage, subject). Marking again raises the generation, so that a change which
-- arrives during processing survives the clearing of the row.
create table due (
  installation_id uuid not null references installation on delete cascade,
  stage text not null check (stage in ('sync', 'enrich', 'score', 'write_back')),
  subject_kind text not null,
  subject_id text not null,
  due_at timestamptz not null,
  generation bigint not null default 1,
  attempts int not null default 0,
  last_error text,
  lease_until timestamptz,
  primary key (installation_id, stage, subject_kind, subject_id)
);
create index due_by_time on due (installation_id, stage, due_at);
-- Rows come and go by the hundred thousand; without early vacuums the index scan walks the dead ones.
alter table due set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);

create table sync_run (
  id uuid primary key default uuidv7(),
  installation_id uuid not null references installation on delete cascade,
  kind text not null check (kind in ('full', 'delta')),
  status text not null check (status in ('running', 'done')),
  since timestamptz,
  started_at timestamptz not null,
  finished_at timestamptz
);
create unique index sync_run_running on sync_run (installation_id) where status = 'running';
create index sync_run_latest on sync_run (installation_id, started_at desc);

create table sync_cursor (
  run_id uuid not null references sync_run on delete cascade,
  installation_id uuid not null references installation on delete cascade,
  stream text not null,
  phase int not null,
  position jsonb,
  done boolean not null default false,
  pages int not null default 0,
  records int not null default 0,
  primary key (run_id, stream)
);

-- What the CRM acknowledged last, per record.
create table written (
  installation_id uuid not null references installation on delete cascade,
  subject_kind text not null,
  subject_id text not null,
  written_values jsonb not null,
  written_at timestamptz not null,
  primary key (installation_id, subject_kind, subject_id)
);

create table rejection (
  id bigint generated always as identity primary key,
  installation_id uuid not null references installation on delete cascade,
  stage text not null,
  subject_kind text not null,
  subject_id text not null,
  reason text not null,
  rejected_at timestamptz not null,
  resolved_at timestamptz
);
create unique index rejection_open on rejection (installation_id, stage, subject_kind, subject_id)
  where resolved_at is null;

-- When the next call of an allowance may go (see src/store/budgets.ts).
create table budget (
  installation_id uuid not null references installation on delete cascade,
  key text not null,
  next_at timestamptz not null,
  primary key (installation_id, key)
);
