-- The upload is over: its totals and the digest of its bytes.
-- $1 upload_id  int8
-- $2 state      text
-- $3 sha256     bytea
-- $4 bytes      int8
-- $5 received   int8
-- $6 accepted   int8
-- $7 duplicates int8
-- $8 rejected   int8
-- $9 failure    text
-- $10 reading   json
update upload
   set state = $2, ended_at = now(), sha256 = $3, bytes = $4, received = $5, accepted = $6,
       duplicates = $7, rejected = $8, failure = $9, reading = $10
 where upload_id = $1
