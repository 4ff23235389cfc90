-- The stored results of these ids, held until the commit, in id order ($2 is in it) so that two who
-- change the same cannot deadlock, beside the rows that shall take their place. Each is looked up by
-- its key: no statistics tell the planner what a temporary table holds. The first columns are
-- counted_row_add()'s.
-- $1 wave_id            int4
-- $2 result_ids         text[]
-- $3 upload_id          int8
-- $4 breaches_in_result int4 those that follow from the row itself
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
-- > breaches     int4
-- > revision     int4
-- > same         bool by now the content is the same
-- > met          bool the same file had the id before
-- > place        int8 in $2, from 1
select r.result_id, r.company, r.shopper_id, r.wait_seconds, r.channel, r.answered,
       array_replace(r.answers, null, (-32768)::int2), array_replace(r.cx, null, (-32768)::int2), r.score,
       array_replace(r.area_scores, null, -1), r.status, r.breaches, r.revision,
       (r.contacted_at, r.company, r.shopper_id, r.wait_seconds, r.duration_seconds, r.score, r.channel,
        r.attempt, r.answered, r.answers, r.cx, r.area_scores, r.comment, r.breaches & $4)
       is not distinct from
       (d.contacted_at, d.company, d.shopper_id, d.wait_seconds, d.duration_seconds, d.score, d.channel,
        d.attempt, d.answered, d.answers, d.cx, d.area_scores, d.comment, d.breaches & $4),
       r.upload_id = $3 or exists (
       select from upload_met m where m.upload_id = $3 and m.result_id = r.result_id),
       u.place
  from unnest($2) with ordinality u(result_id, place)
  cross join lateral (
       select * from replacing d where d.result_id = u.result_id offset 0) d
  cross join lateral (
       select * from result r where r.wave_id = $1 and r.result_id = u.result_id for update) r
