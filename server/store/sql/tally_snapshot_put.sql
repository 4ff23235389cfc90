-- The compacted counts of a wave.
-- $1 wave_id    int4
-- $2 changes    int8
-- $3 packed     bytea
-- > generation int8
insert into tally_snapshot as s (wave_id, generation, changes, packed) values ($1, 1, $2, $3)
on conflict (wave_id) do update
   set generation = s.generation + 1, changes = excluded.changes, packed = excluded.packed
returning generation
