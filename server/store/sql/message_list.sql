-- A page of the messages of a source, oldest first.
-- $1 source_id     int4
-- $2 after         int8
-- $3 limit         int4
-- $4 state         text  null: every state
-- > message_id     int8
-- > contact        text
-- > column_name    text
-- > state          text
-- > attempts       int2
-- > made_at        timestamptz
-- > next_try_at    timestamptz null: it is not to be tried
-- > ended_at       timestamptz null
-- > code           text
-- > note           text
-- > provider_id    text
-- reads only
select m.message_id, i.contact, m.column_name, m.state, m.attempts, m.made_at,
       case when m.state = 'waiting' then m.next_try_at end, m.ended_at, m.code, m.note,
       m.provider_id
  from outgoing_message m join invitation i using (invitation_id)
 where m.source_id = $1 and m.message_id > $2 and ($4::text is null or m.state = $4)
 order by m.message_id
 limit $3
