-- One line of the audit trail.
-- $1 organisation_id int4
-- $2 key_id          text
-- $3 event           text
-- $4 subject         text
-- $5 detail          json
insert into audit (organisation_id, key_id, event, subject, detail) values ($1, $2, $3, $4, $5)
