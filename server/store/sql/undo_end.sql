-- The upload is undone; the audit says by whom, why, and what became of how many results.
-- $1 organisation_id int4
-- $2 upload_id       int8
-- $3 key_id          text
-- $4 reason          text
-- $5 change_id       int8
-- $6 removed         int8
-- $7 restored        int8
-- $8 kept            int8
with written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	values ($1, $3, 'upload.undo', 'upload ' || $2,
		json_build_object('removed', $6, 'restored', $7, 'kept', $8, 'reason', $4))
)
update upload
   set state = 'undone', undone_at = now(), undone_by = $3, undone_reason = $4, undone_change = $5,
       removed = $6, restored = $7, kept = $8, ended_at = coalesce(ended_at, now())
 where upload_id = $2
