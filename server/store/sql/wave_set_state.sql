-- Moves a wave on, only from the states it may come from; its steps and the audit say who, from
-- where and why.
-- $1 wave_id         int4
-- $2 state           text
-- $3 from            text[]
-- $4 organisation_id int4
-- $5 key_id          text
-- $6 event           text
-- $7 reason          text null: none
-- > state text before
-- > moved bool
with its as (
	select wave_id, programme_id, wave_shown_state(wave_id, state) as state
	  from wave where wave_id = $1 for update
), before as (
	select * from its where state = any($3)
), told as (
	update programme set revision = revision + 1 from before
	 where programme.programme_id = before.programme_id
), moved as (
	update wave set state = $2, changed_at = now() from before
	 where wave.wave_id = before.wave_id
	returning wave.wave_id
), stepped as (
	insert into wave_step (wave_id, key_id, from_state, to_state, reason)
	select wave_id, $5, state, $2, $7 from before
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $4, $5, $6, 'wave ' || before.wave_id,
	       json_build_object('from', before.state, 'to', $2, 'reason', $7)
	  from before
)
select state, exists (select from moved) from its
