-- What became of each doubtful row, in result_id order: 1 stored just now, 2 the same was
-- there, 3 other content is there, 0 it is not there. A row of this very transaction is known
-- by its xmin.
-- > outcome int4
select case when r.result_id is null then 0
            when r.xmin = pg_current_xact_id()::xid then 1
            when (r.contacted_at, r.company, r.shopper_id, r.wait_seconds, r.duration_seconds, r.score, r.channel,
                  r.attempt, r.answered, r.answers, r.cx, r.area_scores, r.comment)
                 is not distinct from
                 (d.contacted_at, d.company, d.shopper_id, d.wait_seconds, d.duration_seconds, d.score, d.channel,
                  d.attempt, d.answered, d.answers, d.cx, d.area_scores, d.comment) then 2
            else 3 end
  from doubtful d left join result r using (wave_id, result_id)
 order by d.result_id
