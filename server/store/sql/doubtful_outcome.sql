-- What became of each doubtful row, in result_id order: 1 stored just now, 2 the same was
-- there, 3 other content is there, 0 it is not there. A row stored together with these has their
-- xmin; one of an earlier batch of the same transaction has that of another savepoint. What review
-- says of a row is no content; and a row that was corrected is the same as each of its earlier
-- revisions, so a file sent again stays known.
-- $1 breaches_in_result int4 those that follow from the row itself
-- $2 revisions_too      bool earlier ones count as the same
-- > outcome int4
select case when r.result_id is null then 0
            when r.xmin = d.xmin then 1
            when (r.contacted_at, r.company, r.shopper_id, r.wait_seconds, r.duration_seconds, r.score, r.channel,
                  r.attempt, r.answered, r.answers, r.cx, r.area_scores, r.comment, r.breaches & $1)
                 is not distinct from
                 (d.contacted_at, d.company, d.shopper_id, d.wait_seconds, d.duration_seconds, d.score, d.channel,
                  d.attempt, d.answered, d.answers, d.cx, d.area_scores, d.comment, d.breaches & $1) then 2
            when $2 and r.revision > 1 and exists (
                select from result_revision v, jsonb_populate_record(null::result, v.was) o
                 where v.wave_id = r.wave_id and v.result_id = r.result_id
                   and (o.contacted_at, o.company, o.shopper_id, o.wait_seconds, o.duration_seconds, o.score,
                        o.channel, o.attempt, o.answered, o.answers, o.cx, o.area_scores, o.comment,
                        o.breaches & $1)
                       is not distinct from
                       (d.contacted_at, d.company, d.shopper_id, d.wait_seconds, d.duration_seconds, d.score,
                        d.channel, d.attempt, d.answered, d.answers, d.cx, d.area_scores, d.comment,
                        d.breaches & $1)) then 2
            else 3 end
  from doubtful d left join result r using (wave_id, result_id)
 order by d.result_id
