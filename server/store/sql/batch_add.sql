-- Marks a batch as part of what this transaction commits.
-- $1 upload_id  int8
-- $2 batch      int4
-- $3 accepted   int8
-- $4 duplicates int8
-- $5 replaced   int8
insert into upload_batch (upload_id, batch, accepted, duplicates, replaced) values ($1, $2, $3, $4, $5)
