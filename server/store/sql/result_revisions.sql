-- What a result was before, the newest first, with who changed it then and why. The columns are
-- stored_result_read()'s and those.
-- $1 wave_id   int4
-- $2 result_id text
-- $3 count     int4
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
-- > changed_at timestamptz
-- > key_id     text
-- > reason     text
-- reads only
select r.result_id, r.company, r.shopper_id, s.code, r.contacted_at, r.answered, r.attempt, r.wait_seconds,
       r.duration_seconds, r.channel, array_replace(r.answers, null, (-32768)::int2),
       array_replace(r.cx, null, (-32768)::int2), r.score, array_replace(r.area_scores, null, -1), r.comment,
       r.status, r.breaches, r.revision, r.upload_id,
       v.changed_at, v.key_id, v.reason
  from result_revision v
  cross join lateral jsonb_populate_record(null::result, v.was) r
  left join identity.shopper s using (shopper_id)
 where v.wave_id = $1 and v.result_id = $2
 order by v.revision desc
 limit $3
