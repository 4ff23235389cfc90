-- An appeal against a result that is held already; the audit says who.
-- $1 wave_id         int4
-- $2 result_id       text
-- $3 key_id          text
-- $4 words           text
-- $5 status_before   int2
-- $6 organisation_id int4
-- > appeal_id int8
with opened as (
	insert into appeal (wave_id, result_id, opened_by, words, status_before)
	values ($1, $2, $3, $4, $5)
	returning appeal_id
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $6, $3, 'appeal.open', 'result ' || $1 || '/' || $2, json_build_object('appeal', appeal_id)
	  from opened
)
select appeal_id from opened
