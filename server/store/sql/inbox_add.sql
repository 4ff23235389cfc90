-- Stores payloads in their order; which of them, counted from 1, were not there before, and the
-- database's clock. No key occurs twice among them.
-- $1 source_id   int4[]
-- $2 dedupe_key  text[]
-- $3 received_at timestamptz[]
-- $4 query       text[]
-- $5 headers     text[]
-- $6 body        bytea[]
-- > taken int4[]
-- > now   timestamptz
with given as (
	select * from unnest($1, $2, $3, $4, $5, $6) with ordinality
		as g (source_id, dedupe_key, received_at, query, headers, body, number)
), stored as (
	insert into inbox (source_id, dedupe_key, received_at, query, headers, body)
	select source_id, dedupe_key, received_at, query, headers, body from given order by number
	on conflict (source_id, dedupe_key) do nothing
	returning source_id, dedupe_key
)
select coalesce(array_agg(number::int4), '{}'), clock_timestamp()
  from stored join given using (source_id, dedupe_key)
