-- The upload that counts it has a number.
-- $1 tus_id    int8
-- $2 upload_id int8
update tus_upload set upload_id = $2 where tus_id = $1 and state = 'whole'
