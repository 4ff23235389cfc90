-- A board as it was published.
-- $1 wave_id  int4
-- $2 revision int4
-- $3 address  text
-- > content_type text
-- > sha256       text
-- > body         bytea
-- reads only
select content_type, encode(sha256, 'hex'), body
  from publication_board
 where wave_id = $1 and revision = $2 and address = $3
