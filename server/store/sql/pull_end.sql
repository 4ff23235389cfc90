-- A pull is over.
-- $1 source_id int4
-- $2 words     text  why it did not get to its end; empty: it did
update source_health
   set last_pulled_at = now(), last_pull = $2, pull_claimed_until = null
 where source_id = $1
