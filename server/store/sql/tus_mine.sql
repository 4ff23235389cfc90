-- Those of a list that still exist: what a server has to do about its files.
-- $1 tus_ids int8[]
-- > tus_id          int8
-- > wave_id         int4
-- > organisation_id int4
-- > key_id          text
-- > metadata        text
-- > state           text
-- > upload_id       int8
-- reads only
select tus_id, wave_id, organisation_id, key_id, metadata, state, upload_id
  from tus_upload
 where tus_id = any($1)
 order by tus_id
