-- Revokes a key from this moment; no row where there is none to revoke.
-- $1 key_id text
-- > organisation_id int4
update api_key set revoked_at = now()
 where key_id = $1 and revoked_at is null
returning organisation_id
