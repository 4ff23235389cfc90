-- The notes on a result, the newest first.
-- $1 wave_id   int4
-- $2 result_id text
-- $3 count     int4
-- > note_id int8
-- > at      timestamptz
-- > key_id  text
-- > words   text
-- reads only
select note_id, at, key_id, words
  from result_note
 where wave_id = $1 and result_id = $2
 order by note_id desc
 limit $3
