-- A new upload into a wave that takes results; no row where the wave is not fielding.
-- The share lock keeps the wave from being closed between this look and the commit.
-- $1 wave_id int4
-- $2 key_id  text
-- $3 format  text
-- > upload_id int8
insert into upload (wave_id, key_id, format)
select wave_id, $2, $3 from wave where wave_id = $1 and state = 'fielding' for share
returning upload_id
