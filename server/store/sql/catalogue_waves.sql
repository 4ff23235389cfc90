-- Every wave with the state it shows and its newest announced revision.
-- > wave_id      int4
-- > programme_id int4
-- > code         text
-- > state        text
-- > revision     int4 0: none
-- > embargoed    bool some revision is not announced yet
-- reads only
select wave_id, programme_id, code, wave_shown_state(wave_id, state), wave_announced(wave_id),
       exists (select from publication p where p.wave_id = wave.wave_id
		  and not publication_open_to(p.announce_at, p.key_id, p.readers, null))
  from wave
 order by wave_id
