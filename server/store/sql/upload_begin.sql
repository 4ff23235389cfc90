-- A new upload into a wave that takes results, by the programme as the caller knows it; what is
-- not so is told, and then there is no upload.
-- $1 wave_id  int4
-- $2 key_id   text
-- $3 format   text
-- $4 revision int4
-- > upload_id int8
-- > fielding  bool
-- > known     bool
with its as (
	select w.wave_id, w.state = 'fielding' as fielding, p.revision = $4 as known
	  from wave w join programme p using (programme_id)
	 where w.wave_id = $1
	   for share
), begun as (
	insert into upload (wave_id, key_id, format)
	select wave_id, $2, $3 from its where fielding and known
	returning upload_id
)
select (select upload_id from begun), fielding, known from its
