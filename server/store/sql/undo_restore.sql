-- Those of a page that the upload replaced (undo_take.sql: base > 0, not kept) are again what they
-- were, as their next revision; what they were with the upload, and every change of that, is kept and
-- cancels out.
-- $1 wave_id   int4
-- $2 upload_id int8
-- $3 after     int8
-- $4 until     int8
-- $5 changed   bool
-- $6 change_id int8
-- $7 key_id    text
-- $8 reason    text
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
with page as (
	select r.wave_id, r.result_id, u.base, v.was
	  from (select result_id, place from undoing where place > $3 and place <= $4) p
	  cross join lateral (
	       select * from result r where r.wave_id = $1 and r.result_id = p.result_id offset 0) r
	  cross join lateral undo_of(r.wave_id, r.result_id, r.upload_id) u
	  join result_revision v on v.wave_id = r.wave_id and v.result_id = r.result_id and v.revision = u.base
	 where r.upload_id = $2 and r.revision > 1
	   and not (u.changed and (not $5 or r.status = 4))
), kept as (
	insert into result_revision (wave_id, result_id, revision, key_id, reason, change_id, cause, upload_id,
		undone, was)
	select r.wave_id, r.result_id, r.revision, $7, $8, $6, 3, $2, true, to_jsonb(r)
	  from result r join page p on r.wave_id = p.wave_id and r.result_id = p.result_id
), cancelled as (
	update result_revision v set undone = true
	  from page p
	 where v.wave_id = p.wave_id and v.result_id = p.result_id and v.revision >= p.base
)
update result r
   set upload_id = o.upload_id, contacted_at = o.contacted_at, company = o.company, shopper_id = o.shopper_id,
       wait_seconds = o.wait_seconds, duration_seconds = o.duration_seconds, score = o.score, channel = o.channel,
       attempt = o.attempt, answered = o.answered, answers = o.answers, cx = o.cx, area_scores = o.area_scores,
       comment = o.comment, status = o.status, breaches = o.breaches, revision = r.revision + 1
  from page p cross join lateral jsonb_populate_record(null::result, p.was) o
 where r.wave_id = p.wave_id and r.result_id = p.result_id
returning r.result_id, r.company, r.shopper_id, r.wait_seconds, r.channel, r.answered,
       array_replace(r.answers, null, (-32768)::int2), array_replace(r.cx, null, (-32768)::int2), r.score,
       array_replace(r.area_scores, null, -1), r.status
