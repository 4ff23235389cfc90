-- Every key that may still be used, for the catalogue in memory.
-- > key_id          text
-- > organisation_id int4
-- > organisation    text
-- > secret_sha256   bytea
-- > role            text
-- > expires_at      timestamptz
-- reads only
select k.key_id, k.organisation_id, o.code, k.secret_sha256, k.role, k.expires_at
  from api_key k join organisation o using (organisation_id)
 where k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
 order by k.key_id
