-- The answer that a request got, for whoever sends it again.
-- $1 organisation_id int4
-- $2 key             text
-- $3 server          uuid
-- $4 body_sha256     bytea
-- $5 status          int4
-- $6 content_type    text
-- $7 headers         text
-- $8 body            bytea
update idempotency_key
   set body_sha256 = $4, status = $5, content_type = $6, headers = $7, body = $8
 where organisation_id = $1 and key = $2 and server = $3 and status is null
