-- The upload is over: its totals and the digest of its bytes. One that was undone meanwhile stays so.
-- $1 upload_id  int8
-- $2 state      text
-- $3 sha256     bytea
-- $4 bytes      int8
-- $5 received   int8
-- $6 accepted   int8
-- $7 duplicates int8
-- $8 replaced   int8
-- $9 rejected   int8
-- $10 failure   text
-- $11 reading   json
-- $12 warnings  json
-- $13 left_out  int8
-- $14 left_out_by json
update upload
   set state = $2, ended_at = now(), sha256 = $3, bytes = $4, received = $5, accepted = $6,
       duplicates = $7, replaced = $8, rejected = $9, failure = $10, reading = $11,
       warnings = $12, left_out = $13, left_out_by = $14
 where upload_id = $1 and state <> 'undone'
