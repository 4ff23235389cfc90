-- Contacts that sources tell of without a token get an invitation. Told of in several ways, the least
-- text of a record stands, whichever is read first. A contact another invitation of the wave has is not
-- made.
-- $1 source_ids       int4[]
-- $2 contact_keys     text[]
-- $3 organisation_ids int4[]
-- $4 wave_ids         int4[]
-- $5 contacts         text[]
-- $6 records          text[]
with told as (
	select distinct on (source_id, contact_key collate "C") *
	  from unnest($1, $2, $3, $4, $5, $6)
	       as t(source_id, contact_key, organisation_id, wave_id, contact, record)
	 order by source_id, contact_key collate "C", record collate "C"
)
insert into invitation as i (source_id, contact_key, organisation_id, wave_id, contact, record)
select source_id, contact_key, organisation_id, wave_id, contact, record
  from told t
 where not exists (select from invitation other
                    where other.wave_id = t.wave_id and other.contact = t.contact
                      and (other.source_id, other.contact_key) is distinct from (t.source_id, t.contact_key))
 order by source_id, contact_key collate "C"
on conflict (source_id, contact_key) do update
   set record = excluded.record,
       version = i.version + (exists (select from answer a where a.invitation_id = i.invitation_id))::int
 where excluded.record < i.record collate "C"
