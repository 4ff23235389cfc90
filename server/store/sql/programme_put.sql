-- Stores a programme file, new or changed. The caller has compared it with the
-- file it replaces ($4, null for none): another one there meanwhile gives no row.
-- $1 organisation_id int4
-- $2 code            text
-- $3 document        bytea
-- $4 replaces        bytea
-- > programme_id int4
-- > made         bool
insert into programme as p (organisation_id, code, document)
values ($1, $2, $3)
on conflict (organisation_id, code) do update
   set document = excluded.document, put_at = now()
 where p.document = $4
returning programme_id, xmax = 0
