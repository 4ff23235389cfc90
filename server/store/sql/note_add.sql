-- A note on a result; no row where there is no such result. The audit says who.
-- $1 wave_id         int4
-- $2 result_id       text
-- $3 key_id          text
-- $4 words           text
-- $5 organisation_id int4
-- > note_id int8
-- > at      timestamptz
with noted as (
	insert into result_note (wave_id, result_id, key_id, words)
	select wave_id, result_id, $3, $4 from result where wave_id = $1 and result_id = $2
	returning note_id, at
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $5, $3, 'result.note', 'result ' || $1 || '/' || $2, json_build_object('note', note_id) from noted
)
select note_id, at from noted
