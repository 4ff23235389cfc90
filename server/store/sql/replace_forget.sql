-- The upload is over.
-- $1 upload_id int8
delete from upload_met where upload_id = $1
