-- The revisions of a wave that a key may read, all of them or the one asked for. Who sees one
-- before it is announced is written to the audit first; readers are shown to the publisher alone.
-- $1 wave_id         int4
-- $2 revision        int4
-- $3 organisation_id int4
-- $4 key_id          text
-- $5 address         text
-- > revision     int4
-- > published_at timestamptz
-- > announce_at  timestamptz
-- > announced    bool
-- > ceremony_on  date
-- > reason       text
-- > version      int8
-- > made_by      text
-- > sha256       text
-- > readers      text[]
-- > before       int4 the newest older one the key may read
with readable as (
	select p.*, publication_open_to(p.announce_at, p.key_id, p.readers, null) as announced
	  from publication p
	 where p.wave_id = $1 and ($2 is null or p.revision = $2)
	   and publication_open_to(p.announce_at, p.key_id, p.readers, $4)
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $3, $4, 'publication.read', 'wave ' || wave_id,
	       json_build_object('revision', revision, 'address', $5)
	  from readable where not announced
)
select r.revision, r.published_at, r.announce_at, r.announced, r.ceremony_on, r.reason, r.version,
       r.made_by, encode(r.sha256, 'hex'), case when r.key_id = $4 then r.readers end,
       (select max(b.revision) from publication b where b.wave_id = $1 and b.revision < r.revision
	   and publication_open_to(b.announce_at, b.key_id, b.readers, $4))
  from readable r
 order by r.revision
