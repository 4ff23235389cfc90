-- One result gets other content. As it stood it is kept, and the audit says who changed it and
-- why. It is held already (result_take.sql).
-- $1  wave_id          int4
-- $2  result_id        text
-- $3  status           int2
-- $4  breaches         int4
-- $5  organisation_id  int4
-- $6  key_id           text
-- $7  reason           text
-- $8  change_id        int8
-- $9  contacted_at     timestamptz
-- $10 company          int4
-- $11 shopper_id       int4
-- $12 wait_seconds     int4
-- $13 duration_seconds int4
-- $14 score            int4
-- $15 channel          int2
-- $16 attempt          int2
-- $17 answered         bool
-- $18 answers          int2[] -32768: null
-- $19 cx               int2[] -32768: null
-- $20 area_scores      int4[] -1: null
-- $21 comment          text
with wanted as (
	select $2 as result_id, $3 as status
), kept as (
	insert into result_revision (wave_id, result_id, revision, key_id, reason, change_id, was)
	select r.wave_id, r.result_id, r.revision, $6, $7, $8, to_jsonb(r)
	  from result r join wanted w on r.wave_id = $1 and r.result_id = w.result_id
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $5, $6, 'result.correct', 'result ' || r.wave_id || '/' || r.result_id,
	       json_build_object('revision', r.revision + 1, 'from', words[r.status + 1],
	                         'to', words[w.status + 1], 'reason', $7)
	  from result r join wanted w on r.wave_id = $1 and r.result_id = w.result_id,
	       (select array['submitted', 'approved', 'returned', 'excluded', 'disputed'] as words) states
)
update result
   set status = $3, breaches = $4, revision = revision + 1, contacted_at = $9, company = $10, shopper_id = $11,
       wait_seconds = $12, duration_seconds = $13, score = $14, channel = $15, attempt = $16, answered = $17,
       answers = array_replace($18, (-32768)::int2, null), cx = array_replace($19, (-32768)::int2, null),
       area_scores = array_replace($20, -1, null), comment = $21
 where wave_id = $1 and result_id = $2
