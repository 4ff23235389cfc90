-- Takes part in the wave until the commit: closing it waits, and a closed one gives no row.
-- $1 wave_id int4
-- > state text
select state from wave where wave_id = $1 and state = 'fielding' for share
