-- This upload has read the file of another.
-- $1 upload_id int8
-- $2 file_of   int8
update upload set file_of = $2 where upload_id = $1
