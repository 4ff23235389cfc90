-- A page of them as they stand, held already (undo_hold.sql), and what is to become of each: back
-- to the revision `base` (0: gone), or kept because somebody has changed it since. With $5 those go
-- back, too, but for what is under appeal. The first columns are counted_row_add()'s.
-- $1 wave_id   int4
-- $2 upload_id int8
-- $3 after     int8
-- $4 until     int8
-- $5 changed   bool
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
-- > base         int4
-- > kept         bool
-- > revision     int4
-- reads only
select r.result_id, r.company, r.shopper_id, r.wait_seconds, r.channel, r.answered,
       array_replace(r.answers, null, (-32768)::int2), array_replace(r.cx, null, (-32768)::int2), r.score,
       array_replace(r.area_scores, null, -1), r.status, coalesce(u.base, 0),
       coalesce(u.changed, false) and (not $5 or r.status = 4), r.revision
  from (select result_id, place from undoing where place > $3 and place <= $4) p
  cross join lateral (
       select * from result r where r.wave_id = $1 and r.result_id = p.result_id offset 0) r
  left join lateral undo_of(r.wave_id, r.result_id, r.upload_id) u on r.revision > 1
 where r.upload_id = $2
 order by p.place
