-- What this server noted of its sources since it wrote last. Of a source that is gone: nothing.
-- $1 sources  int4[]
-- $2 taken    int8[]
-- $3 repeated int8[]
-- $4 refused  int8[]
-- $5 refusals text[] why, of the last one; empty where none was
insert into source_health as h
       (source_id, taken, repeated, refused, last_taken_at, last_refused_at, last_refusal)
select n.source_id, n.taken, n.repeated, n.refused,
       case when n.taken + n.repeated > 0 then now() end,
       case when n.refused > 0 then now() end, n.refusal
  from unnest($1, $2, $3, $4, $5) as n (source_id, taken, repeated, refused, refusal)
  join source using (source_id)
 order by n.source_id
    on conflict (source_id) do update set
       taken = h.taken + excluded.taken,
       repeated = h.repeated + excluded.repeated,
       refused = h.refused + excluded.refused,
       last_taken_at = coalesce(excluded.last_taken_at, h.last_taken_at),
       last_refused_at = coalesce(excluded.last_refused_at, h.last_refused_at),
       last_refusal = case when excluded.refused > 0 then excluded.last_refusal else h.last_refusal end
