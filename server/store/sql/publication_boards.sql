-- The boards of a revision, and whether each has its hash.
-- $1 wave_id  int4
-- $2 revision int4
-- > address text
-- > body    bytea
-- > intact  bool
-- reads only
select address, body, sha256 = sha256(body)
  from publication_board
 where wave_id = $1 and revision = $2
 order by address
