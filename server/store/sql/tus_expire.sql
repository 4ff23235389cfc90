-- Forgets what nobody went on with in time, and what became of the others long enough ago. A
-- whole file whose server never came back to count it is given up later.
-- $1 seconds int4 more for whole ones
delete from tus_upload
 where expires_at < now() - case when state = 'whole' then $1 else 0 end * interval '1 second'
