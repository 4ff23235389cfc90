-- Faults of an upload of this wave in row order, a page of them after ($3, $4).
-- $1 wave_id     int4
-- $2 upload_id   int8
-- $3 after_row   int8
-- $4 after_fault int2
-- $5 count       int4
-- > row_number   int8
-- > fault_number int2
-- > code         text
-- > column_name  text
-- > value        text
-- > expected     text
-- reads only
select f.row_number, f.fault_number, f.code, f.column_name, f.value, f.expected
  from upload u join upload_fault f using (upload_id)
 where u.wave_id = $1 and u.upload_id = $2 and (f.row_number, f.fault_number) > ($3, $4)
 order by f.row_number, f.fault_number
 limit $5
