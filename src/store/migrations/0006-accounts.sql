-- What an account's score needs of its people's.
alter table score
  add column engagement numeric(7, 2) not null default 0,
  add column intent numeric(7, 2) not null default 0,
  -- When the person last did something that still earned points for engagement or intent; null when nothing did.
  add column engaged_at timestamptz,
  -- The account this score counts towards; null without one, and on all but the first record of a person.
  add column account_id text;
create index score_by_account on score (installation_id, account_id) where account_id is not null;
create index score_by_representative on score (installation_id, represented_by)
  where represented_by is not null;
update score s set
  engagement = (r.result->>'engagement')::numeric,
  intent = (r.result->>'intent')::numeric,
  engaged_at = (
    select max((b->>'at')::timestamptz)
    from jsonb_array_elements(r.result->'contributions') c, jsonb_array_elements(c->'because') b
    where c->>'dimension' in ('engagement', 'intent') and b ? 'activity' and (b->>'points')::numeric > 0),
  account_id = (select l.company_id from account_link l
    where l.installation_id = s.installation_id and l.person_id = s.person_id)
from (select distinct on (installation_id, person_id) * from score_receipt
  order by installation_id, person_id, as_of desc, id desc) r
where r.installation_id = s.installation_id and r.person_id = s.person_id;

create table account_score (
  installation_id uuid not null references installation on delete cascade,
  company_id text not null,
  model text not null,
  as_of timestamptz not null,
  inputs_hash text not null,
  score numeric(6, 2) not null,
  tier text not null,
  -- The values for the CRM, by our field name.
  written_values jsonb not null,
  result jsonb not null,
  next_change_at timestamptz,
  primary key (installation_id, company_id)
);
create index account_score_by_rank on account_score (installation_id, tier, score desc, company_id);

create table account_receipt (
  id bigint generated always as identity primary key,
  installation_id uuid not null references installation on delete cascade,
  company_id text not null,
  model text not null,
  as_of timestamptz not null,
  inputs_hash text not null,
  -- The tier that hysteresis started from; null at the first scoring.
  previous_tier text,
  result jsonb not null
);
create index account_receipt_by_company on account_receipt (installation_id, company_id, as_of desc);

-- The stage score claims people and companies apart: thousands of companies may wait for their people.
create index due_by_kind on due (installation_id, stage, subject_kind, due_at);
create index company_by_domain on company (lower(facts->>'domain'));

-- Models that speak of accounts have been live before anybody scored accounts.
insert into due (installation_id, stage, subject_kind, subject_id, due_at)
select installation_id, 'score', 'company', id, now() from company
where deleted_at is null and merged_into is null order by 1, 4
on conflict (installation_id, stage, subject_kind, subject_id) do nothing;
