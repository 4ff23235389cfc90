-- Every wave with its state.
-- > wave_id      int4
-- > programme_id int4
-- > code         text
-- > state        text
-- reads only
select wave_id, programme_id, code, state
  from wave
 order by wave_id
