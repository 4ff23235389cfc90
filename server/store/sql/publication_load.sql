-- What the boards of a revision are made of.
-- $1 wave_id  int4
-- $2 revision int4
-- > wave     text
-- > document bytea
-- > packed   bytea
-- > shoppers int4[]
-- > version  int8
-- reads only
select w.code, p.document, p.packed, p.shoppers, p.version
  from publication p join wave w using (wave_id)
 where p.wave_id = $1 and p.revision = $2
