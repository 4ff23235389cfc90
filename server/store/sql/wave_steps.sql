-- The life of a wave in order: its last steps, and what of its publications this key may know of.
-- $1 wave_id int4
-- $2 key_id  text
-- $3 limit   int4
-- > at     timestamptz
-- > key_id text
-- > from   text
-- > to     text
-- > reason text
-- > total  int8 steps in all
-- reads only
with life as (
	select at, key_id, from_state, to_state, reason from wave_step where wave_id = $1
	union all
	select published_at, key_id, case when revision = 1 then 'closed' else 'published' end, 'published',
	       nullif(reason, '')
	  from publication
	 where wave_id = $1 and publication_open_to(announce_at, key_id, readers, $2)
), newest as (
	select *, count(*) over () as total from life order by at desc limit $3
)
select at, key_id, from_state, to_state, reason, total from newest order by at
