-- Holds a page of them until the commit, in id order so that two who change the same cannot
-- deadlock. Here and in the next ones each is looked up by its key: no statistics tell the planner
-- what an upload is that has just been read.
-- $1 wave_id   int4
-- $2 after     int8
-- $3 until     int8
-- > held int8
select count(*)
  from (select result_id from undoing where place > $2 and place <= $3 order by place) p
  cross join lateral (
       select r.result_id from result r where r.wave_id = $1 and r.result_id = p.result_id for update) held
