-- The database's clock, which decides what is early and what is late.
-- > now timestamptz
-- reads only
select now()
