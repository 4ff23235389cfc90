-- A resumable upload ends before its time; one that is being counted does not.
-- $1 wave_id int4
-- $2 tus_id  int8
delete from tus_upload where wave_id = $1 and tus_id = $2 and state <> 'whole'
