-- One transaction over a whole file a wave at a time; released by its end.
-- $1 wave_id int4
-- > taken bool
select pg_advisory_xact_lock(1886152054, $1) is not null
