-- A revision, after its boards: the wave is published, and the audit says by whom and why.
-- $1 wave_id     int4
-- $2 revision    int4
-- $3 key_id      text
-- $4 reason      text
-- $5 announce_at timestamptz null: at once
-- $6 ceremony_on date
-- $7 readers     text[]
-- $8 made_by     text
-- $9 document    bytea
-- $10 packed     bytea
-- $11 shoppers   int4[]
-- $12 version    int8
-- > revision int4
with added as (
	insert into publication (wave_id, revision, key_id, reason, announce_at, ceremony_on, readers,
				 made_by, document, packed, shoppers, version, sha256)
	values ($1, $2, $3, $4, coalesce($5, now()), $6, $7, $8, $9, $10, $11, $12,
		sha256(convert_to(publication_manifest($1, $2, $9, $10), 'UTF8')))
	returning revision, announce_at, sha256
), moved as (
	update wave set state = 'published', changed_at = now() where wave_id = $1
	returning programme_id
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select programme.organisation_id, $3, 'wave.publish', 'wave ' || $1,
	       json_build_object('revision', added.revision, 'reason', $4::text,
				 'announce_at', added.announce_at, 'ceremony_on', $6::date,
				 'readers', $7::text[], 'sha256', encode(added.sha256, 'hex'))
	  from added, moved join programme using (programme_id)
)
select revision from added
