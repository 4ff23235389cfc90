-- The finished upload of exactly these bytes into this wave, the latest. One with rejected rows
-- is none: a programme that has grown since may take them now.
-- $1 wave_id int4
-- $2 sha256  bytea
-- > upload_id int8
-- > received  int8
-- > warnings  json
-- reads only
select upload_id, received, warnings
  from upload
 where wave_id = $1 and sha256 = $2 and state = 'done' and rejected = 0
 order by upload_id desc
 limit 1
