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
-- $10 withheld  int8
-- $11 failure   text
-- $12 reading   json
-- $13 warnings  json
-- $14 left_out  int8
-- $15 left_out_by json
update upload
   set state = $2, ended_at = now(), sha256 = $3, bytes = $4, received = $5, accepted = $6,
       duplicates = $7, replaced = $8, rejected = $9, withheld = $10, failure = $11, reading = $12,
       warnings = $13, left_out = $14, left_out_by = $15
 where upload_id = $1 and state <> 'undone'
