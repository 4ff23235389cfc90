-- A mapping profile of a programme: a revision of it, or the newest ($3 is 0). None where it is
-- deleted.
-- $1 programme_id int4
-- $2 code         text
-- $3 revision     int4
-- > mapping_id    int4
-- > revision      int4
-- > document      bytea
-- reads only
select m.mapping_id, m.revision, m.document
  from mapping m
 where m.programme_id = $1 and m.code = $2 and m.document is not null
   and m.revision = case when $3 > 0 then $3 else (
	select max(n.revision) from mapping n where n.programme_id = $1 and n.code = $2) end
