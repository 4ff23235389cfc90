-- What a source has sent and does not count, or not whole, waits to be heard again, $4 of it at most;
-- and invitations whose answers are no result are merged again: its own, and those its wave's pages have
-- answers of.
-- $1 organisation_id int4
-- $2 code            text
-- $3 key_id          text
-- $4 most            int4
-- > source_id   int4
-- > payloads    int8
-- > invitations int8
with it as (
	select source_id, wave_id from source where organisation_id = $1 and code = $2
), again as (
	update inbox set state = 'waiting', attempts = 0, next_try_at = now(), ended_at = null
	 where inbox_id in (select inbox_id from inbox
	                     where source_id = (select source_id from it) and state <> 'waiting' and note <> ''
	                     order by inbox_id
	                     limit $4)
	returning inbox_id
), merged as (
	update invitation i set version = version + 1
	 where i.note <> '' and i.version <= i.merged and i.wave_id in (select wave_id from it)
	   and exists (select from answer a join inbox b using (inbox_id)
	                where a.invitation_id = i.invitation_id and b.source_id in (0, (select source_id from it)))
	returning invitation_id
), noted as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $1, $3, 'source.rerun', 'source ' || source_id,
	       json_build_object('payloads', (select count(*) from again), 'invitations', (select count(*) from merged))
	  from it
)
select source_id, (select count(*) from again), (select count(*) from merged) from it
