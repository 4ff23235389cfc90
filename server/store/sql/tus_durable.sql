-- So many bytes will be there after a power cut; all of them make the file whole.
-- $1 tus_id  int8
-- $2 durable int8
-- $3 seconds int4 until it expires
-- > expires_at timestamptz
update tus_upload
   set durable = $2, state = case when $2 = length then 'whole' else state end,
       expires_at = now() + $3 * interval '1 second'
 where tus_id = $1 and state = 'receiving' and durable <= $2
returning expires_at
