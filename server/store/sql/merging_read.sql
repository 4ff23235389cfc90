-- What records of invitations are made of.
-- $1 invitation_ids int8[]
-- $2 versions       int4[]
-- > invitation_id int8
-- > version       int4 as it was given
-- > contact       text
-- > record        text
-- > columns       text[]
-- > texts         text[]
-- reads only
select i.invitation_id, t.version, i.contact, i.record,
       coalesce(array_agg(a.column_name::text order by a.column_name) filter (where a.value is not null), '{}'),
       coalesce(array_agg(a.value order by a.column_name) filter (where a.value is not null), '{}')
  from unnest($1, $2) as t(invitation_id, version)
  join invitation i using (invitation_id)
  left join answer a using (invitation_id)
 group by i.invitation_id, t.version
 order by i.invitation_id
