-- A page of a wave's results in id order, after $2 and up to $7; the others where they are given. The
-- columns are stored_result_read()'s.
-- $1 wave_id   int4
-- $2 after     text
-- $3 count     int4
-- $4 statuses  int2[] null: any
-- $5 companies int4[]
-- $6 channel   int2
-- $7 until     text null: no end
-- > result_id text
-- > company int4
-- > shopper_id int4
-- > shopper text
-- > contacted_at timestamptz
-- > answered bool
-- > attempt int2
-- > wait_seconds int4
-- > duration_seconds int4
-- > channel int2
-- > answers int2[]
-- > cx int2[]
-- > score int4
-- > area_scores int4[]
-- > comment text
-- > status int2
-- > breaches int4
-- > revision int4
-- > upload_id int8
-- reads only
select r.result_id, r.company, r.shopper_id, s.code, r.contacted_at, r.answered, r.attempt, r.wait_seconds,
       r.duration_seconds, r.channel, array_replace(r.answers, null, (-32768)::int2),
       array_replace(r.cx, null, (-32768)::int2), r.score, array_replace(r.area_scores, null, -1), r.comment,
       r.status, r.breaches, r.revision, r.upload_id
  from result r left join identity.shopper s using (shopper_id)
 where r.wave_id = $1 and r.result_id > $2
   and ($7 is null or r.result_id <= $7)
   and ($4 is null or r.status = any($4))
   and ($5 is null or r.company = any($5))
   and ($6 is null or r.channel = $6)
 order by r.result_id
 limit $3
