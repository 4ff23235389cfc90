-- Which events of a source are stored already.
-- $1 source_id  int4
-- $2 keys       text[]
-- > dedupe_key  text
-- reads only
select dedupe_key from inbox where source_id = $1 and dedupe_key = any($2)
