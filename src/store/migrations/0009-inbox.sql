-- When the admin last agreed: an older notice of an uninstallation is about a former life of the installation.
alter table installation add column consented_at timestamptz;
update installation set consented_at = updated_at;

-- What the CRM told us, without a single value: who was meant, when, and which way it came. Kept for a week.
create table inbox (
  installation_id uuid not null references installation on delete cascade,
  -- The same event told again has the same key.
  key text not null,
  what text not null check (what in ('record', 'echo', 'erased')),
  -- The CRM's stream; of what was erased, person or company.
  stream text not null,
  record_id text not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  source text not null check (source in ('webhook', 'journal')),
  primary key (installation_id, key)
);
create index inbox_by_record on inbox (installation_id, stream, record_id, occurred_at);
create index inbox_by_age on inbox (received_at);

-- What came and was not kept: per day and CRM, because most of it belongs to no installation.
create table inbox_refused (
  day date not null,
  crm text not null,
  source text not null check (source in ('webhook', 'journal')),
  result text not null check (result in ('repeated', 'unreadable', 'no_installation')),
  -- Requests side by side count in different rows, so that none waits for another's commit.
  shard int not null,
  events bigint not null,
  primary key (day, crm, source, result, shard)
);

-- Where the reading of a CRM's journal stands. The journal is the app's, not an installation's.
create table journal_position (
  crm text primary key,
  -- Null before the first reading.
  position text,
  -- Who reads it holds it until then; afterwards it is anybody's turn.
  next_poll_at timestamptz not null,
  failures int not null default 0,
  polled_at timestamptz
);

-- Whose events the journal was asked to record, and when.
create table journal_subscription (
  installation_id uuid primary key references installation on delete cascade,
  asked_at timestamptz not null
);
