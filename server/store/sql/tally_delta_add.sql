-- The counts of the rows stored in this transaction, and a word to the other servers.
-- The generation tells later whether a compaction can have taken this delta in already.
-- $1 wave_id   int4
-- $2 upload_id int8
-- $3 changes   int8
-- $4 packed    bytea
-- > delta_id   int8
-- > generation int8
with added as (
	insert into tally_delta (wave_id, upload_id, changes, packed) values ($1, $2, $3, $4)
	returning delta_id
), told as (
	select pg_notify('plaudit_tally', $1::text)
)
select delta_id, coalesce((select generation from tally_snapshot where wave_id = $1), 0)
  from added, told
