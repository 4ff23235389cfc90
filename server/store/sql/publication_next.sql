-- The publication that follows one by wave and revision, and whether its hash is that of its parts.
-- $1 wave_id  int4
-- $2 revision int4
-- > wave_id  int4
-- > revision int4
-- > wave     text
-- > document bytea
-- > packed   bytea
-- > shoppers int4[]
-- > version  int8
-- > made_by  text
-- > intact   bool
-- reads only
select p.wave_id, p.revision, w.code, p.document, p.packed, p.shoppers, p.version, p.made_by,
       p.sha256 = sha256(convert_to(
		publication_manifest(p.wave_id, p.revision, p.document, p.packed), 'UTF8'))
  from publication p join wave w using (wave_id)
 where (p.wave_id, p.revision) > ($1, $2)
 order by p.wave_id, p.revision
 limit 1
