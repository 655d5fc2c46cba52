-- Who may look at the web pages.
create table admin (
  id uuid primary key default uuidv7(),
  name text not null,
  -- The name as it is compared: two that look alike are one.
  name_key text not null unique,
  -- Hash, salt and the costs it was made with.
  password text not null,
  created_at timestamptz not null,
  password_changed_at timestamptz not null
);

-- One row at most: a new link ends the one before.
create table admin_invite (
  singleton boolean primary key default true check (singleton),
  token_hash bytea not null,
  expires_at timestamptz not null
);

create table admin_session (
  token_hash bytea primary key,
  admin_id uuid not null references admin on delete cascade,
  created_at timestamptz not null,
  last_seen_at timestamptz not null
);
create index admin_session_by_admin on admin_session (admin_id);

-- Keyed digests of typed names and of addresses: people type their password where the name belongs.
create table sign_in_attempt (
  subject bytea primary key,
  failed_at timestamptz[] not null,
  last_at timestamptz not null
);
create index sign_in_attempt_by_age on sign_in_attempt (last_at);

-- What admins do concerns no single installation.
alter table audit_log alter column installation_id drop not null;
create index audit_log_of_admins on audit_log (action, at desc, id desc) where installation_id is null;
