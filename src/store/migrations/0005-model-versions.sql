-- Versions of models go from draft over shadow to live; every publication is kept, so that one can be undone.
alter table model_version
  -- When the version went live last; null while it never was.
  add column published_at timestamptz,
  -- When it became the shadow last.
  add column shadowed_at timestamptz,
  -- Whether it scores companies as well: then those are due, too, when it is published.
  add column scores_accounts boolean not null default false;
update model_version set published_at = created_at where status in ('live', 'retired');
update model_version set scores_accounts = document ~ '(?n)^accounts:';
create unique index model_version_shadow on model_version (installation_id) where status = 'shadow';

-- What was made live when, by whom, in place of what. Rows are only ever added.
create table model_publication (
  installation_id uuid not null references installation on delete cascade,
  id bigint generated always as identity,
  at timestamptz not null,
  actor text not null,
  model_id text not null,
  hash text not null,
  previous_model_id text,
  previous_hash text,
  reason text,
  -- For a rollback: the publication whose version is live again. The next rollback goes on from there.
  restores bigint,
  primary key (installation_id, id)
);
insert into model_publication (installation_id, at, actor, model_id, hash, reason)
select installation_id, created_at, 'plumbline', model_id, hash, 'first installation'
from model_version where status = 'live';

-- What the shadow model says about everybody who has a score; gone with that score, and when the shadow ends.
create table shadow_score (
  installation_id uuid not null,
  person_id text not null,
  model text not null,
  as_of timestamptz not null,
  score numeric(7, 2) not null,
  fit numeric(7, 2) not null,
  engagement numeric(7, 2) not null,
  intent numeric(7, 2) not null,
  grade text not null,
  tier text not null,
  stage text not null,
  action text not null,
  primary key (installation_id, person_id),
  foreign key (installation_id, person_id) references score on delete cascade
);
