-- A page of what is counted of a wave's results, in id order, after $2; what is null in an array
-- comes as the number that stands for it in memory (ANSWER_NONE, SCORE_NONE).
-- $1 wave_id int4
-- $2 after   text
-- $3 count   int4
-- > result_id    text
-- > company      int4
-- > shopper_id   int4
-- > wait_seconds int4
-- > channel      int2
-- > answered     bool
-- > answers      int2[]
-- > cx           int2[]
-- > score        int4
-- > area_scores  int4[]
-- > status       int2
-- reads only
select result_id, company, shopper_id, wait_seconds, channel, answered,
       array_replace(answers, null, (-32768)::int2), array_replace(cx, null, (-32768)::int2), score,
       array_replace(area_scores, null, -1), status
  from result
 where wave_id = $1 and result_id > $2
 order by result_id
 limit $3
