-- A source's new document, and the secrets of the names given in place of theirs. No row: there is
-- no such source. Another kind, or another revision than is meant, changes nothing.
-- $1 organisation_id int4
-- $2 code            text
-- $3 kind            text
-- $4 mailbox         text null: none
-- $5 wave_id         int4
-- $6 document        bytea
-- $7 revision        int4 0: any
-- $8 names           text[] of secrets
-- $9 numbers         int2[]
-- $10 secrets        text[]
-- $11 key_id         text
-- > same_kind bool
-- > changed   bool
with found as (
	select source_id, kind from source where organisation_id = $1 and code = $2
), changed as (
	update source s set document = $6, mailbox = $4, wave_id = $5, revision = s.revision + 1, changed_at = now()
	  from found
	 where s.source_id = found.source_id and s.kind = $3 and ($7 = 0 or s.revision = $7)
	returning s.source_id, s.revision
), dropped as (
	delete from secret.source_secret o using changed
	 where o.source_id = changed.source_id and o.name = any ($8)
	   and not exists (select from unnest($8, $9) as n (name, number) where n.name = o.name and n.number = o.number)
), kept as (
	insert into secret.source_secret (source_id, name, number, secret)
	select changed.source_id, n.name, n.number, n.secret
	  from changed, unnest($8, $9, $10) as n (name, number, secret)
	on conflict (source_id, name, number) do update set secret = excluded.secret, made_at = now()
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $1, $11, 'source.put', 'source ' || source_id,
	       json_build_object('source', $2, 'revision', revision, 'wave', $5, 'secrets', $8)
	  from changed
)
select kind = $3, exists (select from changed) from found
