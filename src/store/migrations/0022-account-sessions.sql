-- Users of a CRM who showed there that they belong to a connected account, and may see how it stands.
create table account_session (
  token_hash bytea primary key,
  installation_id uuid not null references installation on delete cascade,
  created_at timestamptz not null,
  last_seen_at timestamptz not null
);
create index account_session_by_installation on account_session (installation_id);
alter table account_session enable row level security;
create policy tenant on account_session
  using (installation_id = nullif(current_setting('plumbline.installation', true), '')::uuid)
  with check (installation_id = nullif(current_setting('plumbline.installation', true), '')::uuid);
