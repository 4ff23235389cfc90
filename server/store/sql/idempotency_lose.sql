-- The request runs no more, and what came of it is not known.
-- $1 organisation_id int4
-- $2 key             text
-- $3 server          uuid
update idempotency_key set held_until = now()
 where organisation_id = $1 and key = $2 and server = $3 and status is null
