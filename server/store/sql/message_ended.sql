-- What came of sending a message; of nobody's but the sender's own attempt. What has ended keeps no
-- number of the customer.
-- $1 message_id    int8
-- $2 attempts      int2
-- $3 state         text  waiting: it is to be tried again
-- $4 wait_s        int8  before that
-- $5 code          text
-- $6 note          text
-- $7 provider_id   text
update outgoing_message
   set state = $3, claimed_until = null, code = $5, note = $6, provider_id = $7,
       body = case when $3 = 'waiting' then body else '' end,
       next_try_at = now() + make_interval(secs => $4::float8),
       ended_at = case when $3 = 'waiting' then null else now() end
 where message_id = $1 and attempts = $2 and state = 'sending'
