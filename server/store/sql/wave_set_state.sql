-- Moves a wave on, only from the states it may come from; the audit says who and from where.
-- $1 wave_id         int4
-- $2 state           text
-- $3 from            text[]
-- $4 organisation_id int4
-- $5 key_id          text
-- $6 event           text
-- > wave_id int4
with before as (
	select wave_id, programme_id, code, state from wave
	 where wave_id = $1 and wave_shown_state(wave_id, state) = any($3) for update
), told as (
	update programme set revision = revision + 1 from before
	 where programme.programme_id = before.programme_id
), moved as (
	update wave set state = $2, changed_at = now() from before
	 where wave.wave_id = before.wave_id
	returning wave.wave_id
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $4, $5, $6, 'wave ' || before.wave_id, json_build_object('from', before.state, 'to', $2)
	  from before
)
select wave_id from moved
