-- Every row of these tables is updated for everybody in one night, most of it in columns that no index has. With room on
-- its page such a row stays there, and no index gets a new entry: of 10,000 people scored by a new model (bench/million.ts)
-- half of the updates instead of one in ten, and a quarter less is written ahead. Counts for pages from now on.
alter table due set (fillfactor = 60);
alter table written set (fillfactor = 80);
alter table score set (fillfactor = 80);
