-- The revision of each wave that a key may read, the newest where none is asked for; waves that
-- have none are left out. Who reads before it is announced is written to the audit first.
-- $1 waves           int4[]
-- $2 revision        int4
-- $3 organisation_id int4
-- $4 key_id          text
-- $5 address         text
-- > wave_id  int4
-- > revision int4
with readable as (
	select distinct on (p.wave_id) p.wave_id, p.revision,
	       publication_open_to(p.announce_at, p.key_id, p.readers, null) as announced
	  from publication p
	 where p.wave_id = any($1) and ($2 is null or p.revision = $2)
	   and publication_open_to(p.announce_at, p.key_id, p.readers, $4)
	 order by p.wave_id, p.revision desc
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $3, $4, 'publication.read', 'wave ' || wave_id,
	       json_build_object('revision', revision, 'address', $5)
	  from readable where not announced
)
select wave_id, revision from readable
