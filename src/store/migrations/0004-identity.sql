-- Who is who: what tells people apart, and which account each of them belongs to.

-- What a live person is found by. `email` and `name_domain` are evidence that two records are one person; `domain`
-- is there only for people whom the CRM links to no company, and finds them when a company with that domain comes.
create table person_key (
  installation_id uuid not null references installation on delete cascade,
  person_id text not null,
  kind text not null check (kind in ('email', 'name_domain', 'domain')),
  key text collate "C" not null,
  primary key (installation_id, person_id, kind)
);
create index person_key_by_key on person_key (installation_id, kind, key);

-- The mail domain of each live company that has one of its own.
create table company_domain (
  installation_id uuid not null references installation on delete cascade,
  company_id text not null,
  domain text collate "C" not null,
  primary key (installation_id, company_id, domain)
);
create index company_domain_by_domain on company_domain (installation_id, domain);

-- The account a person belongs to: as the CRM associates them, else by their e-mail domain.
create table account_link (
  installation_id uuid not null references installation on delete cascade,
  person_id text not null,
  company_id text not null,
  basis text not null check (basis in ('association', 'domain')),
  primary key (installation_id, person_id)
);
create index account_link_by_company on account_link (installation_id, company_id);
-- What the CRM says is known already; the rest follows when everybody is enriched again.
insert into account_link (installation_id, person_id, company_id, basis)
select p.installation_id, p.id, c.id, 'association'
from person p
join company c on c.installation_id = p.installation_id and c.id = p.company_id
  and c.deleted_at is null and c.merged_into is null
where p.deleted_at is null and p.merged_into is null;

-- Which records with a common key are scored as one person: none, those with one e-mail address, or also those with
-- one name and e-mail domain.
alter table installation add column duplicates text not null default 'report'
  check (duplicates in ('report', 'email', 'email_and_name'));

alter table score_receipt
  -- All records of the person, this one included; null in receipts from before.
  add column records text[],
  -- {id, basis}: the company whose facts counted, and how it was found; null without one.
  add column account jsonb;
-- The first record of the person, where it is another one: accounts count a person once, by the first record.
alter table score add column represented_by text;
