-- What became of the records of an upload: of rows with faults, these by their codes. One that comes
-- again in $7 milliseconds is still to be merged.
-- $1 invitation_ids int8[]
-- $2 versions       int4[]
-- $3 row_numbers    int8[]
-- $4 notes          text[] null: what the upload has found
-- $5 upload_id      int8   null: none was made
-- $6 again          bool[]
-- $7 wait_ms        int4
with held as materialized (
	select invitation_id from invitation where invitation_id = any($1) order by invitation_id for update
)
update invitation i
   set claimed_until = case when t.again then now() + $7 * interval '1 millisecond' end,
       merged = case when t.again then i.merged else greatest(i.merged, t.version) end,
       note = case when t.again or i.merged > t.version then i.note
                   else coalesce(t.note, (select string_agg(distinct f.code, ', ' order by f.code)
                                            from upload_fault f
                                           where f.upload_id = $5 and f.row_number = t.row_number), 'rejected') end
  from held join unnest($1, $2, $3, $4, $6) as t(invitation_id, version, row_number, note, again) using (invitation_id)
 where i.invitation_id = held.invitation_id
