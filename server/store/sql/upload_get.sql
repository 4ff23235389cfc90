-- One upload of a wave.
-- $1 wave_id   int4
-- $2 upload_id int8
-- > state      text
-- > format     text
-- > bytes      int8
-- > received   int8
-- > accepted   int8
-- > duplicates int8
-- > replaced   int8
-- > rejected   int8
-- > failure    text
-- > started_at timestamptz
-- > ended_at   timestamptz
-- > reading    json
-- > warnings   json
-- reads only
select state, format, bytes, received, accepted, duplicates, replaced, rejected, failure, started_at, ended_at,
       reading, warnings
  from upload
 where wave_id = $1 and upload_id = $2
