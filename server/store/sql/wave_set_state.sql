-- Moves a wave on, only from the states it may come from.
-- $1 wave_id int4
-- $2 state   text
-- $3 from    text[]
-- > state text
update wave set state = $2, changed_at = now()
 where wave_id = $1 and state = any($3)
returning state
