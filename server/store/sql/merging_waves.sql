-- Waves with invitations that are to be merged now.
-- > wave_id int4
-- reads only
select w.wave_id
  from wave w
 where w.state <> 'draft'
   and exists (select from invitation i
                where i.wave_id = w.wave_id and i.version > i.merged
                  and (i.claimed_until is null or i.claimed_until <= now()))
 order by w.wave_id
