-- The id with which the next $3 results of a wave end, after $2; no row where there are fewer.
-- $1 wave_id int4
-- $2 after   text
-- $3 count   int4
-- > result_id text
-- reads only
select result_id from result where wave_id = $1 and result_id > $2 order by result_id offset $3 - 1 limit 1
