-- The programme's waves that have no row yet start as drafts.
-- $1 programme_id int4
-- $2 codes        text[]
insert into wave (programme_id, code)
select $1, code from unnest($2) code
on conflict (programme_id, code) do nothing
