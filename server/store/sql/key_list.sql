-- All keys, never their secrets.
-- > key_id       text
-- > organisation text
-- > role         text
-- > name         text
-- > created_at   text
-- > expires_at   text
-- > revoked_at   text
-- reads only
select k.key_id, o.code, k.role, k.name, to_char(k.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(k.revoked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from api_key k join organisation o using (organisation_id)
 order by k.created_at, k.key_id
