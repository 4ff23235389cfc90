-- The finished upload of exactly these bytes into this wave, the latest.
-- $1 wave_id int4
-- $2 sha256  bytea
-- > upload_id int8
-- > received  int8
-- > rejected  int8
-- > errors    text
-- > errors_total int8
-- reads only
select upload_id, received, rejected, errors::text, errors_total
  from upload
 where wave_id = $1 and sha256 = $2 and state = 'done'
 order by upload_id desc
 limit 1
