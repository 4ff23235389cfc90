-- Invites contacts of a wave, all of them or, where one is invited already with other columns, none.
-- Those invited already with the same keep their token and their end.
-- $1 wave_id         int4
-- $2 organisation_id int4
-- $3 contacts        text[]
-- $4 tokens          text[]
-- $5 records         text[]
-- $6 expires         timestamptz[]
-- $7 key_id          text
-- > place      int8 from 1
-- > clashes    bool
-- > made       bool
-- > token      text
-- > expires_at timestamptz
with asked as (
	select * from unnest($3, $4, $5, $6) with ordinality as t(contact, token, record, expires_at, place)
), there as (
	select a.place, i.token, i.expires_at, i.token is null or i.record <> a.record as clashes
	  from asked a join invitation i on i.wave_id = $1 and i.contact = a.contact
), made as (
	insert into invitation (wave_id, organisation_id, contact, token, record, expires_at)
	select $1, $2, contact, token, record, expires_at
	  from asked
	 where not exists (select from there where there.clashes)
	   and place not in (select place from there)
	 order by contact
	returning contact, token, expires_at
), noted as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $2, $7, 'invitation.make', 'wave ' || $1, json_build_object('invitations', count(*))
	  from made having count(*) > 0
)
select a.place, coalesce(t.clashes, false), m.token is not null, coalesce(m.token, t.token),
       case when t.place is null then m.expires_at else t.expires_at end
  from asked a left join there t using (place) left join made m using (contact)
 order by a.place
