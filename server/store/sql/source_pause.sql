-- Pauses a source or lets it go on. No row: there is no such source. Where it is so already, or another
-- revision is meant, nothing changes.
-- $1 organisation_id int4
-- $2 code            text
-- $3 paused          bool
-- $4 revision        int4 0: any
-- $5 key_id          text
-- > right_revision bool
with found as (
	select source_id, revision from source where organisation_id = $1 and code = $2
), changed as (
	update source s set paused = $3, revision = s.revision + 1, changed_at = now()
	  from found
	 where s.source_id = found.source_id and s.paused <> $3 and ($4 = 0 or s.revision = $4)
	returning s.source_id, s.revision
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $1, $5, case when $3 then 'source.pause' else 'source.resume' end, 'source ' || source_id,
	       json_build_object('source', $2, 'revision', revision)
	  from changed
)
select $4 = 0 or revision = $4 from found
