-- Those that somebody has changed since: the first of them by id, and how many they are in all.
-- $1 wave_id   int4
-- $2 upload_id int8
-- $3 count     int4
-- > result_id text
-- > status    int2
-- > revision  int4
-- > all_of    int8
-- reads only
select r.result_id, r.status, r.revision, count(*) over ()
  from (select result_id from undoing where touched) p
  cross join lateral (
       select * from result r where r.wave_id = $1 and r.result_id = p.result_id offset 0) r
  cross join lateral undo_of(r.wave_id, r.result_id, r.upload_id) u
 where r.upload_id = $2 and u.changed
 order by r.result_id
 limit $3
