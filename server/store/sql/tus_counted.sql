-- What became of a whole file; it can be asked for a while longer.
-- $1 tus_id       int8
-- $2 state        text
-- $3 upload_id    int8
-- $4 failure_code text
-- $5 failure      text
-- $6 seconds      int4 until it is forgotten
update tus_upload
   set state = $2, upload_id = $3, failure_code = $4, failure = $5, expires_at = now() + $6 * interval '1 second'
 where tus_id = $1 and state = 'whole'
