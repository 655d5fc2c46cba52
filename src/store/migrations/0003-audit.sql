-- Who did what, when: publications of models, retractions, decisions of operators. Rows are only ever added.
create table audit_log (
  id bigint generated always as identity primary key,
  installation_id uuid not null references installation on delete cascade,
  at timestamptz not null,
  -- `plumbline` for what the pipeline does by itself, otherwise the operator's name.
  actor text not null,
  action text not null,
  subject_kind text,
  subject_id text,
  details jsonb not null
);
create index audit_log_by_action on audit_log (installation_id, action, at desc, id desc);
create index audit_log_by_subject on audit_log (installation_id, subject_kind, subject_id, at desc);
