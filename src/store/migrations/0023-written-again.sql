-- Whoever takes over rows of a worker that did not give them back may be overtaken by a write which that one has sent:
-- they are written once more when nothing of it can be on its way any longer.
alter table written add column again_at timestamptz;
