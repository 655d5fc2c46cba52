-- Who retracted an activity: null when its source did, `scanner:<version of the rule>:<reason>` when we took it for
-- the click of a mail security scanner. Those stay retracted when the source is read again.
alter table activity add column retracted_by text
  check (retracted_by is null or retracted_at is not null);
create index activity_by_retraction on activity (retracted_by) where retracted_by is not null;

-- Which version of the rules that look at stored records again was applied last, for all installations at once.
create table applied_rule (
  name text primary key,
  version text not null,
  applied_at timestamptz not null
);
