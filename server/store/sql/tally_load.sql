-- A wave's counts in one snapshot: the compacted ones first (delta_id 0), then the deltas.
-- $1 wave_id int4
-- > delta_id   int8
-- > generation int8
-- > changes    int8
-- > packed     bytea
-- reads only
select 0::int8, generation, changes, packed from tally_snapshot where wave_id = $1
union all
select delta_id, 0, changes, packed from tally_delta where wave_id = $1
order by 1
