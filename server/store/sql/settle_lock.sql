-- One server at a time settles the breaches among a wave's results; released by the end of the
-- transaction.
-- $1 wave_id int4
-- > taken bool
select pg_advisory_xact_lock(1886152053, $1) is not null
