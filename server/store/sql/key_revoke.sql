-- Revokes a key from this moment, and the audit says so; no row where there is none to revoke.
-- $1 key_id text
-- > organisation_id int4
with revoked as (
	update api_key set revoked_at = now()
	 where key_id = $1 and revoked_at is null
	returning organisation_id
), written as (
	insert into audit (organisation_id, key_id, event, subject)
	select organisation_id, $1, 'key.revoke', 'key ' || $1 from revoked
)
select organisation_id from revoked
