-- Stores a programme file, new or changed, with its waves, and writes it to the audit. The
-- caller has compared it with the revision it replaces ($4, null for none): where another file or
-- another state of a wave is stored meanwhile there is no row.
-- $1 organisation_id int4
-- $2 code            text
-- $3 document        bytea
-- $4 revision        int4
-- $5 waves           text[]
-- $6 key_id          text
-- > programme_id int4
-- > made         bool
with put as (
	insert into programme as p (organisation_id, code, document)
	values ($1, $2, $3)
	on conflict (organisation_id, code) do update
	   set document = excluded.document, put_at = now(), revision = p.revision + 1
	 where p.revision = $4
	returning programme_id, xmax = 0 as made
), waves as (
	insert into wave (programme_id, code)
	select put.programme_id, w.code from put, unnest($5) w(code)
	on conflict (programme_id, code) do nothing
), written as (
	insert into audit (organisation_id, key_id, event, subject, detail)
	select $1, $6, 'programme.put', 'programme ' || put.programme_id,
	       json_build_object('sha256', encode(sha256($3), 'hex'), 'made', put.made)
	  from put
)
select programme_id, made from put
