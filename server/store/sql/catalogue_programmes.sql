-- Every programme with its file.
-- > programme_id    int4
-- > organisation_id int4
-- > code            text
-- > document        bytea
-- reads only
select programme_id, organisation_id, code, document
  from programme
 order by programme_id
