-- What a wave stands at in this snapshot: the result rows counted, and how often results were changed.
-- $1 wave_id int4
-- > version int8
-- > changes int8
-- reads only
select coalesce((select changes from tally_snapshot where wave_id = $1), 0) +
       coalesce((select sum(changes)::int8 from tally_delta where wave_id = $1), 0),
       (select count(*) from result_revision where wave_id = $1)
