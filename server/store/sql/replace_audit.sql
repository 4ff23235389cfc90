-- Who let a batch replace how many results, and why.
-- $1 organisation_id int4
-- $2 key_id          text
-- $3 upload_id       int8
-- $4 batch           int4
-- $5 replaced        int8
-- $6 reason          text
insert into audit (organisation_id, key_id, event, subject, detail)
values ($1, $2, 'upload.replace', 'upload ' || $3,
	json_build_object('batch', $4, 'replaced', $5, 'reason', $6))
