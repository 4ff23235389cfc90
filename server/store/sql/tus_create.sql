-- A resumable upload begins, unless its organisation has as many as it may.
-- $1 wave_id         int4
-- $2 organisation_id int4
-- $3 key_id          text
-- $4 metadata        text
-- $5 length          int8
-- $6 seconds         int4 until it expires
-- $7 most            int4 open ones of an organisation
-- > tus_id     int8
-- > expires_at timestamptz
insert into tus_upload (wave_id, organisation_id, key_id, metadata, length, expires_at)
select $1, $2, $3, $4, $5, now() + $6 * interval '1 second'
 where (select count(*) from tus_upload
         where organisation_id = $2 and state = 'receiving' and expires_at > now()) < $7
returning tus_id, expires_at
