-- The deltas that the new snapshot contains.
-- $1 wave_id int4
-- $2 merged  int8[]
delete from tally_delta where wave_id = $1 and delta_id = any($2)
