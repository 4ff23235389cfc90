-- The requests of this server still run.
-- $1 server uuid
update idempotency_key set held_until = now() + interval '60 seconds' where server = $1 and status is null
   and held_until > now()
