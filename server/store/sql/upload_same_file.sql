-- The finished upload of exactly these bytes into this wave, the latest. One with rejected rows
-- is none: a programme that has grown since may take them now. None is one that had begun before
-- another was undone: what it found stored already may have gone with that. Nor is one whose sender
-- declared how to read it: read as it comes, the same bytes may be other results.
-- $1 wave_id int4
-- $2 sha256  bytea
-- $3 mapping_id int4 the revision it is read with, null: none
-- $4 format text
-- > upload_id int8
-- > received  int8
-- > warnings  json
-- > left_out  int8
-- reads only
select upload_id, received, warnings, left_out
  from upload
 where wave_id = $1 and sha256 = $2 and state = 'done' and rejected = 0
   and undos_seen = (select count(*) from upload u where u.wave_id = $1 and u.state = 'undone')
   and mapping_id is not distinct from $3 and format = $4
   and not declared
 order by upload_id desc
 limit 1
