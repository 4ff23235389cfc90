-- Notes what of the wave's results the upload brought or replaced last.
-- $1 wave_id   int4
-- $2 upload_id int8
insert into undoing (place, result_id, touched)
select row_number() over (order by result_id), result_id, revision > 1
  from result
 where wave_id = $1 and upload_id = $2
