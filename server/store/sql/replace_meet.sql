-- Rows of a file that replaces which are stored already, exactly so: it may not have these ids again
-- with other content.
-- $1 upload_id  int8
-- $2 result_ids text[]
insert into upload_met (upload_id, result_id) select $1, unnest($2) on conflict do nothing
