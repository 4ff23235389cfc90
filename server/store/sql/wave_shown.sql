-- What the waves of an organisation show now, by the clock of the database.
-- $1 organisation_id int4
-- > wave_id   int4
-- > state     text
-- > revision  int4 the newest announced one; 0: none
-- > embargoed bool some revision is not announced yet
-- reads only
select w.wave_id, wave_shown_state(w.wave_id, w.state), wave_announced(w.wave_id),
       exists (select from publication p where p.wave_id = w.wave_id
		  and not publication_open_to(p.announce_at, p.key_id, p.readers, null))
  from wave w join programme using (programme_id)
 where organisation_id = $1
