-- What a source has sent, a page of it behind $4, the latest first.
-- $1 organisation_id int4
-- $2 code            text
-- $3 state           text null: all
-- $4 before          int8
-- $5 count           int4
-- > inbox_id    int8 null: there is no such source, or nothing of it
-- > known       bool there is such a source
-- > received_at timestamptz
-- > state       text
-- > answers     int4
-- > note        text
-- > attempts    int2
-- > ended_at    timestamptz
-- > bytes       int4 of the body
-- reads only
with it as (
	select source_id from source where organisation_id = $1 and code = $2
)
select i.inbox_id, exists (select from it), i.received_at, i.state, i.answers, i.note, i.attempts, i.ended_at,
       octet_length(i.body)
  from (values (true)) one left join lateral
       (select * from inbox
         where source_id = (select source_id from it) and inbox_id < $4 and ($3 is null or state = $3)
         order by inbox_id desc
         limit $5) i on true
 order by i.inbox_id desc
