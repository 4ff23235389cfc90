-- Nothing was done: the key is free again.
-- $1 organisation_id int4
-- $2 key             text
-- $3 server          uuid
delete from idempotency_key where organisation_id = $1 and key = $2 and server = $3 and status is null
