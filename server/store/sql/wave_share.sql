-- Takes part in the wave until the commit: closing it waits, and so does undoing the upload.
-- $1 wave_id   int4
-- $2 upload_id int8
-- > state     text
-- > receiving bool the upload has not been undone
select w.state, u.state <> 'undone'
  from wave w, upload u
 where w.wave_id = $1 and u.upload_id = $2
   for share
