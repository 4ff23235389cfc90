-- Invitations of a wave, a page of them after $2; open: nothing answered and not expired, expired:
-- nothing answered in time, failed: answers that are no result, answered: the others. The one of this
-- contact where that is given.
-- $1 wave_id int4
-- $2 after   int8
-- $3 count   int4
-- $4 state   text null: all
-- $5 contact text null: all
-- > invitation_id int8
-- > contact       text
-- > token         text null: a contact that a source told of
-- > source        text null: it has a token
-- > state         text
-- > merging       bool its answers are on their way to a result
-- > answers       int8
-- > note          text
-- > made_at       timestamptz
-- > expires_at    timestamptz null: never
-- > record        text
-- > revision      int4 of the result; null: there is none
-- reads only
select invitation_id, contact, token, source, state, merging, answers, note, made_at, expires_at, record,
       (select r.revision from result r where r.wave_id = $1 and r.result_id = i.contact)
  from (select i.invitation_id, i.contact, i.token, s.code as source, i.version > i.merged as merging,
               (select count(*) from answer a where a.invitation_id = i.invitation_id) as answers,
               i.note, i.made_at, i.expires_at, i.record,
               case when i.note <> '' and i.version <= i.merged then 'failed' when i.version > 0 then 'answered'
                    when i.expires_at <= now() then 'expired' else 'open' end as state
          from invitation i left join source s using (source_id)
         where i.wave_id = $1 and i.invitation_id > $2 and ($5 is null or i.contact = $5)
         order by i.invitation_id) i
 where $4 is null or state = $4
 order by invitation_id
 limit $3
