-- Who must never come back, and how their rows are found.

alter table installation
  -- What the admin did not agree to, as sentences that say what is missed by it.
  add column not_granted text[] not null default '{}',
  -- Goes into the pseudonyms of who was erased: without it nobody can try out record ids. Gone with the installation.
  add column erasure_salt text not null
    default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');

-- A tombstone for everybody who was erased. It names nobody, and keeps late pages and events from bringing them back.
create table erased (
  installation_id uuid not null references installation on delete cascade,
  kind text not null check (kind in ('person', 'company')),
  -- sha256 of installation, kind, record id and salt, in hexadecimal digits.
  pseudonym text not null,
  erased_at timestamptz not null,
  primary key (installation_id, kind, pseudonym)
);

-- OAuth states that have come back: each is good for one installation.
create table spent_state (
  nonce text primary key,
  spent_at timestamptz not null
);
create index spent_state_by_time on spent_state (spent_at);

-- Erasing goes by the person through tables that are otherwise read by other keys.
create index person_by_merge on person (installation_id, merged_into) where merged_into is not null;
create index company_by_merge on company (installation_id, merged_into) where merged_into is not null;
create index deal_by_person on deal using gin (person_ids);
create index rejection_by_subject on rejection (installation_id, subject_kind, subject_id);
-- Most people are one record; the receipts of those who are several name all of them.
create index score_receipt_by_records on score_receipt using gin (records) where cardinality(records) > 1;
