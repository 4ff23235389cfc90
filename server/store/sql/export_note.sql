-- Who takes a wave's raw results out of the server, and which of them.
-- $1 organisation_id int4
-- $2 key_id          text
-- $3 wave_id         int4
-- $4 format          text
-- $5 query           text as it was sent
insert into audit (organisation_id, key_id, event, subject, detail)
values ($1, $2, 'results.exported', 'wave ' || $3, json_build_object('format', $4, 'query', $5))
