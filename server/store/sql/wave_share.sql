-- Takes part in the wave until the commit: closing it waits, and so does undoing the upload. `free`: no
-- file is being taken as a whole, nor waits to be (whole_lock.sql), and none is begun before the end
-- of this transaction.
-- $1 wave_id   int4
-- $2 upload_id int8
-- > state     text
-- > receiving bool the upload has not been undone
-- > free      bool
select w.state, u.state <> 'undone', pg_try_advisory_xact_lock_shared(1886152054, w.wave_id)
  from wave w, upload u
 where w.wave_id = $1 and u.upload_id = $2
   for share
