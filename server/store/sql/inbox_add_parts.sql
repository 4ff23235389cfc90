-- Stores the payload whose body came in parts; whether it was not there before, and the database's
-- clock.
-- $1 source_id   int4
-- $2 dedupe_key  text
-- $3 received_at timestamptz
-- $4 query       text
-- $5 headers     text
-- > is_new bool
-- > now    timestamptz
with stored as (
	insert into inbox (source_id, dedupe_key, received_at, query, headers, body)
	select $1, $2, $3, $4, $5, string_agg(bytes, ''::bytea order by number) from inbox_part
	on conflict (source_id, dedupe_key) do nothing
	returning inbox_id
)
select exists (select from stored), clock_timestamp()
