-- The deltas of a wave not applied yet, and the generation they add to.
-- $1 wave_id int4
-- $2 applied int8[]
-- > delta_id   int8
-- > generation int8
-- > changes    int8
-- > packed     bytea
-- reads only
with base as (
	select coalesce((select generation from tally_snapshot where wave_id = $1), 0) as generation
)
select 0::int8, generation, 0::int8, ''::bytea from base
union all
select d.delta_id, base.generation, d.changes, d.packed
  from tally_delta d, base
 where d.wave_id = $1 and d.delta_id <> all($2)
order by 1
