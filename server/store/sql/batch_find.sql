-- The mark of a batch; no row where it was not committed.
-- $1 upload_id int8
-- $2 batch     int4
-- > batch int4
-- reads only
select batch from upload_batch where upload_id = $1 and batch = $2
