-- The answers of an invitation that stand, and where each came from.
-- $1 invitation_id int8
-- > column_name text
-- > value       text
-- > scale_min   int2
-- > scale_max   int2
-- > observed_at timestamptz
-- > source      text null: a page of the server's own
-- > kind        text
-- > inbox_id    int8
-- reads only
select a.column_name, a.value, a.scale_min, a.scale_max, a.observed_at, s.code,
       coalesce(s.kind, substring(i.headers from 'plaudit-kind: *([a-z_-]+)'), ''), a.inbox_id
  from answer a left join inbox i using (inbox_id) left join source s on s.source_id = i.source_id
 where a.invitation_id = $1
 order by a.column_name
