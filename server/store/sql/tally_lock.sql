-- One compaction of a wave at a time; released by the commit.
-- $1 wave_id int4
-- > taken bool
select pg_try_advisory_xact_lock(1886152052, $1)
