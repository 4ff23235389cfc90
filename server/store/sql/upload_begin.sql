-- A new upload into a wave that takes results, by the programme as the caller knows it; what is
-- not so is told, and then there is no upload.
-- $1 wave_id  int4
-- $2 key_id   text
-- $3 format   text
-- $4 revision int4
-- $5 late     bool one that is closed or published will do
-- $6 mapping_id int4 null: none
-- $7 declared bool the sender said how it is to be read
-- > upload_id int8
-- > takes     bool
-- > known     bool
-- > shown     text of the wave's state, as it is shown
with its as (
	select w.wave_id, wave_shown_state(w.wave_id, w.state) as shown, w.state = 'fielding' or ($5 and w.state <> 'draft') as takes,
	       p.revision = $4 as known
	  from wave w join programme p using (programme_id)
	 where w.wave_id = $1
	   for share
), begun as (
	insert into upload (wave_id, key_id, format, undos_seen, mapping_id, declared)
	select wave_id, $2, $3, (select count(*) from upload u where u.wave_id = its.wave_id and u.state = 'undone'), $6, $7
	  from its where takes and known
	returning upload_id
)
select (select upload_id from begun), takes, known, shown from its
