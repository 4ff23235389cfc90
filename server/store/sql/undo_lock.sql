-- One upload of a wave is undone at a time, and none while a file is being taken as a whole
-- (whole_lock.sql), which could hold rows that this wants. Beside batches it runs: they meet at the
-- rows. Released by the end of the transaction.
-- $1 wave_id int4
-- > taken bool
-- > free  bool
select pg_try_advisory_xact_lock(1886152055, $1), pg_try_advisory_xact_lock_shared(1886152054, $1)
