-- The invitations that messages are to be sent for, each named by its token or by its contact.
-- $1 wave_id       int4
-- $2 tokens        text[] null where the contact is given
-- $3 contacts      text[] null where the token is given
-- > position       int8   of the request, from 1
-- > invitation_id  int8
-- > token          text   null: it has none, and no message can carry it
-- > expired        bool
-- reads only
select w.position, i.invitation_id, i.token, coalesce(i.expires_at <= now(), false)
  from unnest($2, $3) with ordinality w(token, contact, position)
  join invitation i on i.wave_id = $1 and (i.token = w.token or i.contact = w.contact)
