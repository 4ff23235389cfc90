-- Rows take the place of what is stored under their ids, which is held already (replace_take.sql)
-- and kept as it stood.
-- $1 wave_id    int4
-- $2 result_ids text[]
-- $3 upload_id  int8
-- $4 key_id     text
-- $5 reason     text
with rows as (
	select d.* from unnest($2) u(result_id)
	cross join lateral (
	       select * from replacing d where d.result_id = u.result_id offset 0) d
), kept as (
	insert into result_revision (wave_id, result_id, revision, key_id, reason, change_id, cause, upload_id, was)
	select r.wave_id, r.result_id, r.revision, $4, $5, (select nextval('result_change')), 2, $3, to_jsonb(r)
	  from result r join rows d on r.wave_id = $1 and r.result_id = d.result_id
)
update result r
   set upload_id = d.upload_id, contacted_at = d.contacted_at, company = d.company, shopper_id = d.shopper_id,
       wait_seconds = d.wait_seconds, duration_seconds = d.duration_seconds, score = d.score, channel = d.channel,
       attempt = d.attempt, answered = d.answered, answers = d.answers, cx = d.cx, area_scores = d.area_scores,
       comment = d.comment, status = d.status, breaches = d.breaches, revision = r.revision + 1
  from rows d
 where r.wave_id = $1 and r.result_id = d.result_id
