-- Faults of an upload in row order, a page of them after ($2, $3).
-- $1 upload_id    int8
-- $2 after_row    int8
-- $3 after_fault  int2
-- $4 count        int4
-- > row_number   int8
-- > fault_number int2
-- > code         text
-- > column_name  text
-- > value        text
-- > expected     text
-- reads only
select row_number, fault_number, code, column_name, value, expected
  from upload_fault
 where upload_id = $1 and (row_number, fault_number) > ($2, $3)
 order by row_number, fault_number
 limit $4
