-- The provider wants a pause: nothing of the source is tried before it is over. It counts as a try of
-- each, so that pauses grow from one to the next, whichever message is refused.
-- $1 source_id     int4
-- $2 wait_s        int8
update outgoing_message
   set next_try_at = now() + make_interval(secs => $2::float8), attempts = attempts + 1
 where source_id = $1 and state = 'waiting'
   and next_try_at < now() + make_interval(secs => $2::float8)
