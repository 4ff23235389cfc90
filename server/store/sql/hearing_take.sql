-- Payloads that wait to be heard, held until the commit, without those that another server holds: at
-- most $1, and about $2 bytes of them, at least one.
-- $1 most  int4
-- $2 bytes int8
-- > inbox_id    int8
-- > source_id   int4
-- > received_at timestamptz
-- > query       text
-- > headers     text
-- > body        bytea
-- > attempts    int2
with taken as materialized (
	select * from inbox
	 where state = 'waiting' and next_try_at <= now()
	 order by next_try_at, inbox_id
	 limit $1
	   for update skip locked
), counted as (
	select *, sum(octet_length(headers) + octet_length(body)) over (order by next_try_at, inbox_id) as bytes
	  from taken
)
select inbox_id, source_id, received_at, query, headers, body, attempts
  from counted
 where bytes - octet_length(headers) - octet_length(body) < $2
 order by inbox_id
