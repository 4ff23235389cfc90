-- Connects a source, with its secrets, and writes it to the audit, without them. No row: the
-- organisation has as many as it may.
-- $1 organisation_id int4
-- $2 code            text
-- $3 address         text
-- $4 mailbox         text null: none
-- $5 kind            text
-- $6 wave_id         int4
-- $7 document        bytea
-- $8 names           text[] of secrets
-- $9 numbers         int2[]
-- $10 secrets        text[]
-- $11 key_id         text
-- $12 most           int4
-- > source_id int4
with made as (
	insert into source (organisation_id, code, address, mailbox, kind, wave_id, document)
	select $1, $2, $3, $4, $5, $6, $7
	 where (select count(*) from source where organisation_id = $1) < $12
	returning source_id
), kept as (
	insert into secret.source_secret (source_id, name, number, secret)
	select made.source_id, n.name, n.number, n.secret from made, unnest($8, $9, $10) as n (name, number, secret)
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $1, $11, 'source.add', 'source ' || source_id,
	       json_build_object('source', $2, 'kind', $5, 'wave', $6, 'secrets', $8)
	  from made
)
select source_id from made
