-- Takes a source's pull for this server. No row: it is not due, or another server is about it.
-- $1 source_id int4
-- $2 every_s   int4  not before so long after the last one
-- $3 lease_s   int4
-- > source_id  int4
insert into source_health as h (source_id, pull_claimed_until)
select source_id, now() + make_interval(secs => $3) from source where source_id = $1
    on conflict (source_id) do update set pull_claimed_until = excluded.pull_claimed_until
 where coalesce(h.pull_claimed_until, '-infinity') < now()
   and coalesce(h.last_pulled_at, '-infinity') <= now() - make_interval(secs => $2)
returning source_id
