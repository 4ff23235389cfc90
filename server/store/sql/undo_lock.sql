-- One upload of a wave is undone at a time; released by the end of the transaction.
-- $1 wave_id int4
-- > taken bool
select pg_try_advisory_xact_lock(1886152054, $1)
