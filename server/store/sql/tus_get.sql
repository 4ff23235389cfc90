-- A resumable upload of a wave.
-- $1 wave_id int4
-- $2 tus_id  int8
-- > length       int8
-- > durable      int8
-- > state        text
-- > metadata     text
-- > created_at   timestamptz
-- > expires_at   timestamptz
-- > expired      bool
-- > upload_id    int8
-- > failure_code text
-- > failure      text
-- reads only
select length, durable, state, metadata, created_at, expires_at,
       state = 'receiving' and expires_at <= now() as expired, upload_id, failure_code, failure
  from tus_upload
 where wave_id = $1 and tus_id = $2
