-- The results of $2 that are stored. The columns are stored_result_read()'s, and which of $2 it is,
-- from 1.
-- $1 wave_id    int4
-- $2 result_ids text[]
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
-- > place int8
-- reads only
select r.result_id, r.company, r.shopper_id, s.code, r.contacted_at, r.answered, r.attempt, r.wait_seconds,
       r.duration_seconds, r.channel, array_replace(r.answers, null, (-32768)::int2),
       array_replace(r.cx, null, (-32768)::int2), r.score, array_replace(r.area_scores, null, -1), r.comment,
       r.status, r.breaches, r.revision, r.upload_id, u.place
  from unnest($2) with ordinality u(result_id, place)
  join result r on r.wave_id = $1 and r.result_id = u.result_id
  left join identity.shopper s using (shopper_id)
 order by r.result_id
