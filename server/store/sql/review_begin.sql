-- Takes part in the wave until the commit: its state, as it is shown, stays. And a number for this
-- change.
-- $1 wave_id int4
-- > state     text
-- > change_id int8
select wave_shown_state(wave_id, state), nextval('result_change') from wave where wave_id = $1 for share
