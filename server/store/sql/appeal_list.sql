-- A page of a wave's appeals, after $2; of one result, of one number, or the open ones alone,
-- where that is given.
-- $1 wave_id   int4
-- $2 after     int8
-- $3 count     int4
-- $4 result_id text null: of all
-- $5 appeal_id int8 null: all
-- $6 open      bool null: all
-- > appeal_id     int8
-- > result_id     text
-- > opened_at     timestamptz
-- > opened_by     text
-- > words         text
-- > status_before int2
-- > outcome       text
-- > outcome_words text
-- > closed_at     timestamptz
-- > closed_by     text
-- reads only
select appeal_id, result_id, opened_at, opened_by, words, status_before, outcome, outcome_words, closed_at, closed_by
  from appeal
 where wave_id = $1 and appeal_id > $2
   and ($4 is null or result_id = $4)
   and ($5 is null or appeal_id = $5)
   and ($6 is null or (outcome is null) = $6)
 order by appeal_id
 limit $3
