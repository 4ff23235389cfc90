-- A new key; its organisation is made where it does not exist yet, and the audit says so.
-- $1 organisation  text
-- $2 key_id        text
-- $3 secret_sha256 bytea
-- $4 role          text
-- $5 name          text
-- $6 expires_at    timestamptz
-- > organisation_id int4
with made as (
	insert into organisation (code) values ($1) on conflict (code) do nothing
	returning organisation_id
), its as (
	select organisation_id from made
	union all
	select organisation_id from organisation where code = $1
	limit 1
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select organisation_id, $2, 'key.create', 'key ' || $2, json_build_object('role', $4, 'name', $5) from its
)
insert into api_key (organisation_id, key_id, secret_sha256, role, name, expires_at)
select organisation_id, $2, $3, $4, $5, $6 from its
returning organisation_id
