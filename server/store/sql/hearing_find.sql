-- Invitations by their tokens, or by the keys that sources have of contacts, one row for each that has
-- one; held until the commit, in one order for everybody.
-- $1 tokens       text[] null: by the key
-- $2 source_ids   int4[]
-- $3 contact_keys text[] null: by the token
-- > place           int8 from 1
-- > invitation_id   int8
-- > organisation_id int4
-- > wave_id         int4
-- > expires_at      timestamptz
with held as materialized (
	select invitation_id, token, source_id, contact_key, organisation_id, wave_id, expires_at
	  from invitation
	 where invitation_id in (select invitation_id from invitation where token = any($1)
	                          union all
	                         select i.invitation_id from unnest($2, $3) as t(source_id, contact_key)
	                           join invitation i using (source_id, contact_key))
	 order by invitation_id
	   for update
), asked as (
	select * from unnest($1, $2, $3) with ordinality as t(token, source_id, contact_key, place)
)
select a.place, h.invitation_id, h.organisation_id, h.wave_id, h.expires_at
  from asked a join held h using (token)
 union all
select a.place, h.invitation_id, h.organisation_id, h.wave_id, h.expires_at
  from asked a join held h using (source_id, contact_key)
