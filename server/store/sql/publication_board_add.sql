-- A finished board; its publication follows in the same transaction.
-- $1 wave_id      int4
-- $2 revision     int4
-- $3 address      text
-- $4 content_type text
-- $5 body         bytea
insert into publication_board (wave_id, revision, address, content_type, body)
values ($1, $2, $3, $4, $5)
