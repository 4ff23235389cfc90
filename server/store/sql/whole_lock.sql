-- One transaction over a whole file a wave at a time, and no batch of another upload beside it: each
-- could hold rows that the other wants. Released by its end.
-- $1 wave_id int4
-- > taken bool
select pg_advisory_xact_lock(1886152054, $1) is not null
