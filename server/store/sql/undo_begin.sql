-- The upload that is to be undone, held until the commit: if it is still being read, no batch of it
-- is stored any more.
-- $1 wave_id   int4
-- $2 upload_id int8
-- > state         text
-- > undone_change int8
select state, undone_change from upload where wave_id = $1 and upload_id = $2 for update
