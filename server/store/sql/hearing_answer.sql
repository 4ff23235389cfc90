-- Answers, as they stand among themselves and with those stored: the last of those whose source takes
-- the last, and where there is none of these, the first. Their invitations are held already
-- (hearing_find.sql). An invitation whose answers are others now has another version.
-- $1 invitation_ids int8[]
-- $2 columns        text[]
-- $3 texts          text[]
-- $4 scale_mins     int2[] 0 with 0: the provider has no scale
-- $5 scale_maxs     int2[]
-- $6 observed       timestamptz[]
-- $7 inbox_ids      int8[]
-- $8 first_stands   bool[]
-- > wave_id int4 of each invitation that changed
with told as (
	select t.*, scale_min <> 0 or scale_max <> 0 as has_scale
	  from unnest($1, $2, $3, $4, $5, $6, $7, $8) with ordinality
	       as t(invitation_id, column_name, value, scale_min, scale_max, observed_at, inbox_id, first_stands, place)
), best as (
	select distinct on (invitation_id, column_name) *
	  from told
	 order by invitation_id, column_name, first_stands,
	       case when first_stands then observed_at end, case when first_stands then inbox_id end,
	       case when first_stands then place end, observed_at desc, inbox_id desc, place desc
), stands as (
	select b.*, a.value is distinct from b.value as changes
	  from best b left join answer a using (invitation_id, column_name)
	 where a.invitation_id is null
	    or case when a.first_stands <> b.first_stands then a.first_stands
	            when b.first_stands then (b.observed_at, b.inbox_id) <= (a.observed_at, a.inbox_id)
	            else (b.observed_at, b.inbox_id) >= (a.observed_at, a.inbox_id) end
), written as (
	insert into answer (invitation_id, column_name, value, scale_min, scale_max, observed_at, inbox_id, first_stands)
	select invitation_id, column_name, value, case when has_scale then scale_min end,
	       case when has_scale then scale_max end, observed_at, inbox_id, first_stands
	  from stands
	on conflict (invitation_id, column_name) do update
	   set value = excluded.value, scale_min = excluded.scale_min, scale_max = excluded.scale_max,
	       observed_at = excluded.observed_at, inbox_id = excluded.inbox_id, first_stands = excluded.first_stands
)
update invitation set version = version + 1
 where invitation_id in (select invitation_id from stands where changes)
returning wave_id
