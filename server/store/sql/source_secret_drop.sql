-- A secret ends. No row: there is no such source, or no such secret of it; where one must stay the
-- last one does.
-- $1 organisation_id int4
-- $2 code            text
-- $3 name            text
-- $4 number          int2
-- $5 one_must_stay   bool
-- $6 key_id          text
-- > dropped bool
with found as (
	select c.source_id, c.name, c.number,
	       exists (select from secret.source_secret o
			where o.source_id = c.source_id and o.name = c.name and o.number <> c.number) as others
	  from source s join secret.source_secret c using (source_id)
	 where s.organisation_id = $1 and s.code = $2 and c.name = $3 and c.number = $4
), dropped as (
	delete from secret.source_secret c using found
	 where c.source_id = found.source_id and c.name = found.name and c.number = found.number
	   and (found.others or not $5)
	returning c.source_id
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $1, $6, 'source.secret_drop', 'source ' || source_id,
	       json_build_object('source', $2, 'name', $3, 'number', $4)
	  from dropped
)
select exists (select from dropped) from found
