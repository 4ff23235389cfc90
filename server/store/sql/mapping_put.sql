-- Stores a mapping profile as its next revision and writes it to the audit; the same document again
-- changes nothing. No revision: the programme has as many profiles as it may.
-- $1 organisation_id int4
-- $2 programme_id    int4
-- $3 code            text
-- $4 document        bytea null: deletes it
-- $5 key_id          text
-- $6 codes_most      int8
-- > revision         int4
-- > was_there        bool
-- > changed          bool
with last as (
	select revision, document from mapping
	 where programme_id = $2 and code = $3
	 order by revision desc limit 1
), added as (
	insert into mapping (programme_id, code, revision, document, key_id)
	select $2, $3, coalesce((select revision from last), 0) + 1, $4, $5
	 where not exists (select from last where document is not distinct from $4)
	   and (exists (select from last) or ($4::bytea is not null and (
	        select count(distinct code) from mapping where programme_id = $2) < $6))
	returning revision
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $1, $5, case when $4::bytea is null then 'mapping.delete' else 'mapping.put' end,
	       'mapping ' || $3, json_build_object('programme', $2, 'revision', added.revision)
	  from added
)
select coalesce((select revision from added), (select revision from last)),
       exists (select from last where document is not null),
       exists (select from added)
