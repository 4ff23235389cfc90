-- Results get another status or other breaches. As they stood they are kept, and the audit says
-- who changed each and why. They are held already (result_take.sql).
-- $1 wave_id         int4
-- $2 result_ids      text[]
-- $3 statuses        int2[]
-- $4 breaches        int4[]
-- $5 organisation_id int4
-- $6 key_id          text
-- $7 reason          text
-- $8 change_id       int8
-- $9 by_rules        bool nobody changed them, the rules among results did
with wanted as (
	select * from unnest($2, $3, $4) w(result_id, status, breaches)
), kept as (
	insert into result_revision (wave_id, result_id, revision, key_id, reason, change_id, cause, was)
	select r.wave_id, r.result_id, r.revision, $6, $7, $8, $9::int, to_jsonb(r)
	  from result r join wanted w on r.wave_id = $1 and r.result_id = w.result_id
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $5, $6, 'result.review', 'result ' || r.wave_id || '/' || r.result_id,
	       json_build_object('revision', r.revision + 1, 'from', words[r.status + 1],
	                         'to', words[w.status + 1], 'reason', $7)
	  from result r join wanted w on r.wave_id = $1 and r.result_id = w.result_id,
	       (select array['submitted', 'approved', 'returned', 'excluded', 'disputed'] as words) states
)
update result r
   set status = w.status, breaches = w.breaches, revision = r.revision + 1
  from wanted w
 where r.wave_id = $1 and r.result_id = w.result_id
