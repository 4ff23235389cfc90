-- A later upload that replaced results of this one and has not been undone itself, the last of them,
-- and how many results that are in all.
-- $1 wave_id   int4
-- $2 upload_id int8
-- > later    int8 null: none
-- > replaced int8
-- reads only
select max(v.upload_id), count(*)
  from result_revision v join upload u on u.upload_id = v.upload_id
 where v.wave_id = $1 and v.cause = 2 and not v.undone and (v.was->>'upload_id')::bigint = $2
   and u.state <> 'undone'
