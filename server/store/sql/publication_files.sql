-- What a revision froze, by name, as its hash lists it.
-- $1 wave_id  int4
-- $2 revision int4
-- > manifest text
-- reads only
select publication_manifest(wave_id, revision, document, packed)
  from publication where wave_id = $1 and revision = $2
