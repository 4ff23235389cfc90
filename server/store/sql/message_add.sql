-- Stores messages to be sent; one that is there already stays as it is. No pair twice in a call.
-- $1 source_id     int4
-- $2 invitation_id int8[]
-- $3 column_name   text[]
-- $4 body          text[]
-- > message_id     int8
-- > invitation_id  int8
-- > column_name    text
-- > state          text
-- > is_new         bool
insert into outgoing_message (source_id, invitation_id, column_name, body)
select $1, m.invitation_id, m.column_name, m.body
  from unnest($2, $3, $4) with ordinality m(invitation_id, column_name, body, position)
 order by m.position
    on conflict (source_id, invitation_id, column_name)
    do update set column_name = excluded.column_name
returning message_id, invitation_id, column_name, state, xmax = 0
