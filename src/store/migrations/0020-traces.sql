-- The W3C traceparent of whoever marked a row last, so that its way through the stages is one trace. Null where
-- nobody traces.
alter table due add column trace text;
