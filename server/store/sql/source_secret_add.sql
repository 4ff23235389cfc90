-- One more secret of a source. No row: there is no such source; no number: two of the name are live.
-- $1 organisation_id int4
-- $2 code            text
-- $3 name            text
-- $4 secret          text
-- $5 key_id          text
-- > number int2
with found as (
	select source_id from source where organisation_id = $1 and code = $2
), free as (
	select found.source_id, min(n)::int2 as number
	  from found, generate_series(1, 2) n
	 where not exists (select from secret.source_secret o
			    where o.source_id = found.source_id and o.name = $3 and o.number = n)
	 group by found.source_id
), kept as (
	insert into secret.source_secret (source_id, name, number, secret)
	select source_id, $3, number, $4 from free
	returning source_id, number
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $1, $5, 'source.secret_add', 'source ' || source_id,
	       json_build_object('source', $2, 'name', $3, 'number', number)
	  from kept
)
select kept.number from found left join kept using (source_id)
