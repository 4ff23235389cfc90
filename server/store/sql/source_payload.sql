-- One payload as it came, and that it was looked at.
-- $1 organisation_id int4
-- $2 code            text
-- $3 inbox_id        int8
-- $4 key_id          text
-- > received_at timestamptz
-- > query       text
-- > headers     text
-- > body        bytea
-- > state       text
-- > answers     int4
-- > note        text
with it as (
	select i.* from inbox i join source s using (source_id)
	 where s.organisation_id = $1 and s.code = $2 and i.inbox_id = $3
), noted as (
	insert into audit (organisation_id, key_id, event, subject)
	select $1, $4, 'inbox.read', 'inbox ' || inbox_id from it
)
select received_at, query, headers, body, state, answers, note from it
