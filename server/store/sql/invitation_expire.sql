-- An invitation ends at another instant.
-- $1 wave_id    int4
-- $2 contact    text
-- $3 expires_at timestamptz null: never
-- $4 organisation_id int4
-- $5 key_id     text
-- > invitation_id int8
with changed as (
	update invitation set expires_at = $3 where wave_id = $1 and contact = $2 returning invitation_id
), noted as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $4, $5, 'invitation.expire', 'wave ' || $1, json_build_object('contact', $2::text, 'expires_at', $3::timestamptz)
	  from changed
)
select invitation_id from changed
