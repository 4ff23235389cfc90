-- A page of the ids stored for a wave, in order, after $2.
-- $1 wave_id int4
-- $2 after   text
-- $3 count   int4
-- > result_id text
-- reads only
select result_id from result where wave_id = $1 and result_id > $2 order by result_id limit $3
