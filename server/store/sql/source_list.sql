-- A page of an organisation's sources by code, after $2; the one of this code where that is given.
-- $1 organisation_id int4
-- $2 after           text
-- $3 count           int4
-- $4 code            text null: all
-- > source_id       int4
-- > code            text
-- > address         text
-- > mailbox         text null: none
-- > kind            text
-- > document        bytea
-- > revision        int4
-- > paused          bool
-- > made_at         timestamptz
-- > changed_at      timestamptz
-- > secrets         json which there are, not what they are
-- > taken           int8
-- > repeated        int8
-- > refused         int8
-- > last_taken_at   timestamptz null: never
-- > last_refused_at timestamptz null: never
-- > last_refusal    text
-- > last_pulled_at  timestamptz null: never
-- > last_pull       text why it did not get to its end
-- > waiting         int8 in the inbox
-- > failed          int8
-- > quiet_hours     int8 since something was taken, else since it was connected
-- reads only
select s.source_id, s.code, s.address, s.mailbox, s.kind, s.document, s.revision, s.paused, s.made_at, s.changed_at,
       coalesce((select json_agg(json_build_object('name', c.name, 'number', c.number, 'since',
			 to_char(c.made_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
		  order by c.name, c.number)
		   from secret.source_secret c where c.source_id = s.source_id), '[]'),
       coalesce(h.taken, 0), coalesce(h.repeated, 0), coalesce(h.refused, 0),
       h.last_taken_at, h.last_refused_at, coalesce(h.last_refusal, ''),
       h.last_pulled_at, coalesce(h.last_pull, ''),
       (select count(*) from inbox i where i.source_id = s.source_id and i.state = 'waiting'),
       (select count(*) from inbox i where i.source_id = s.source_id and i.state = 'failed'),
       floor(extract(epoch from now() - coalesce(h.last_taken_at, s.made_at)) / 3600)::int8
  from source s left join source_health h using (source_id)
 where s.organisation_id = $1 and s.code > $2 and ($4 is null or s.code = $4)
 order by s.code
 limit $3
