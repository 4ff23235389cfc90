-- Every programme with its file.
-- > programme_id    int4
-- > organisation_id int4
-- > code            text
-- > document        bytea
-- > revision        int4
-- reads only
select programme_id, organisation_id, code, document, revision
  from programme
 order by programme_id
