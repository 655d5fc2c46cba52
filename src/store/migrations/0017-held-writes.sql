-- How many records are held for having been written too often is asked every few seconds; almost none is.
create index written_held on written (installation_id, held_until) where held_until is not null;
