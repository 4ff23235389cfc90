-- What is to be done about a request with this key: see the function.
-- $1 organisation_id int4
-- $2 key             text
-- $3 request_sha256  bytea
-- $4 body_sha256     bytea null: not known yet
-- $5 server          uuid
-- $6 again           bool
-- $7 most            int4
-- > outcome      text
-- > same_request bool
-- > body_sha256  bytea
-- > status       int4
-- > content_type text
-- > headers      text
-- > body         bytea
select c.outcome, c.same_request, c.its_body, c.its_status, c.its_type, c.its_headers, c.its_answer
  from idempotency_claim($1, $2, $3, $4, $5, $6, $7) c
