-- What waits to be heard and to be merged, and what has failed.
-- > waiting     int8
-- > failed      int8
-- > oldest_s    float8 seconds since what has waited longest came; 0: nothing waits
-- > invitations int8
-- reads only
select (select count(*) from inbox where state = 'waiting'),
       (select count(*) from inbox where state = 'failed'),
       coalesce((select extract(epoch from now() - min(stored_at)) from inbox where state = 'waiting'), 0)::float8,
       (select count(*) from invitation where version > merged)
