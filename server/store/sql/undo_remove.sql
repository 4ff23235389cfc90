-- Those of a page that the upload brought (undo_take.sql: base 0, not kept) are gone: they and all
-- they were before go to result_removed.
-- $1 wave_id   int4
-- $2 upload_id int8
-- $3 after     int8
-- $4 until     int8
-- $5 changed   bool
-- $6 change_id int8
with page as (
	select r.wave_id, r.result_id,
	       case when r.revision > 1 then (
	            select jsonb_agg(to_jsonb(v) order by v.revision) from result_revision v
	             where v.wave_id = r.wave_id and v.result_id = r.result_id) end as revisions
	  from (select result_id, place from undoing where place > $3 and place <= $4) p
	  cross join lateral (
	       select * from result r where r.wave_id = $1 and r.result_id = p.result_id offset 0) r
	  left join lateral undo_of(r.wave_id, r.result_id, r.upload_id) u on r.revision > 1
	 where r.upload_id = $2 and coalesce(u.base, 0) = 0
	   and not (coalesce(u.changed, false) and (not $5 or r.status = 4))
), gone as (
	delete from result r using page p
	 where r.wave_id = p.wave_id and r.result_id = p.result_id
	returning r.*, p.revisions
), forgotten as (
	delete from result_revision v using page p
	 where v.wave_id = p.wave_id and v.result_id = p.result_id and p.revisions is not null
)
insert into result_removed (upload_id, contacted_at, wave_id, company, shopper_id, wait_seconds, duration_seconds,
	score, channel, attempt, answered, answers, cx, area_scores, result_id, comment, status, revision, breaches,
	change_id, revisions)
select upload_id, contacted_at, wave_id, company, shopper_id, wait_seconds, duration_seconds,
	score, channel, attempt, answered, answers, cx, area_scores, result_id, comment, status, revision, breaches,
	$6, revisions
  from gone
