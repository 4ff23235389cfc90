-- Whether a batch was committed.
-- $1 upload_id int8
-- $2 batch     int4
-- > accepted   int8
-- > duplicates int8
select accepted, duplicates from upload_batch where upload_id = $1 and batch = $2
