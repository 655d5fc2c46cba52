-- Which version of the provider's rules found the facts: rows of an older version are found again.
alter table enrichment add column version int not null default 1;
create index enrichment_by_version on enrichment (provider, version);
