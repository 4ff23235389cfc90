-- What a source has sent and does not count, or not whole, waits to be heard again, $4 of it at most,
-- those first that were heard longest ago; and invitations whose answers are no result, or no longer, are
-- merged again: those it has answers of, in whichever wave, and those its wave's pages have.
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
	                     order by ended_at, inbox_id
	                     limit $4)
	returning inbox_id
), merged as (
	update invitation i set version = version + 1
	 where i.version <= i.merged and i.organisation_id = $1
	   and (i.note <> '' or not exists (select from result r where r.wave_id = i.wave_id and r.result_id = i.contact))
	   and exists (select from answer a join inbox b using (inbox_id) cross join it
	                where a.invitation_id = i.invitation_id
	                  and (b.source_id = it.source_id or b.source_id = 0 and i.wave_id = it.wave_id))
	returning invitation_id
), noted as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $1, $3, 'source.rerun', 'source ' || source_id,
	       json_build_object('payloads', (select count(*) from again), 'invitations', (select count(*) from merged))
	  from it
)
select source_id, (select count(*) from again), (select count(*) from merged) from it
