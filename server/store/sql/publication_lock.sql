-- Nobody steps, corrects or publishes this wave, or changes its programme, until the commit.
-- $1 wave_id int4
-- > wave_id int4
select w.wave_id from wave w join programme p using (programme_id)
 where w.wave_id = $1 for update of w, p
