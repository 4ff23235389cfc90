-- The outcome of an appeal that is open; no row where it is not. The audit says who.
-- $1 wave_id         int4
-- $2 appeal_id       int8
-- $3 key_id          text
-- $4 outcome         text
-- $5 words           text
-- $6 organisation_id int4
-- > appeal_id int8
with closed as (
	update appeal set outcome = $4, outcome_words = $5, closed_at = now(), closed_by = $3
	 where wave_id = $1 and appeal_id = $2 and outcome is null
	returning appeal_id, result_id
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $6, $3, 'appeal.close', 'result ' || $1 || '/' || result_id,
	       json_build_object('appeal', appeal_id, 'outcome', $4)
	  from closed
)
select appeal_id from closed
