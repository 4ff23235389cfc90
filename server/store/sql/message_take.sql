-- Takes messages that are due, for the server that will send them.
-- $1 most          int4
-- $2 lease_s       int4
-- > message_id     int8
-- > source_id      int4
-- > attempts       int2  this one included
-- > age_s          int8  since it was asked for
-- > body           text
update outgoing_message m
   set state = 'sending', attempts = m.attempts + 1,
       claimed_until = now() + make_interval(secs => $2)
  from (select o.message_id
          from outgoing_message o join source s using (source_id)
         where o.state = 'waiting' and o.next_try_at <= now() and not s.paused
         order by o.next_try_at, o.message_id
         limit $1
           for update of o skip locked) due
 where m.message_id = due.message_id
returning m.message_id, m.source_id, m.attempts,
          extract(epoch from now() - m.made_at)::int8, m.body
