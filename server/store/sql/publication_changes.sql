-- The companies whose figures differ between two revisions, as their published boards show them.
-- $1 wave_id int4
-- $2 before  int4
-- $3 after   int4
-- > company      text
-- > n_before     int8
-- > n_after      int8
-- > score_before float8
-- > score_after  float8
-- > rank_before  int4
-- > rank_after   int4
-- reads only
with shown as (
	select b.revision, s #>> '{company,code}' as company, (s ->> 'n')::int8 as n,
	       (s #>> '{score,mean}')::float8 as score, (s ->> 'rank')::int4 as rank
	  from publication_board b,
	       json_array_elements(convert_from(b.body, 'UTF8')::json -> 'standings') s
	 where b.wave_id = $1 and b.revision in ($2, $3) and b.address like 'standings?sector=%'
)
select coalesce(a.company, b.company), b.n, a.n, b.score, a.score, b.rank, a.rank
  from (select * from shown where revision = $2) b
  full join (select * from shown where revision = $3) a on a.company = b.company
 where (b.n, b.score, b.rank) is distinct from (a.n, a.score, a.rank)
    or (b.company is null) <> (a.company is null)
 order by coalesce(a.company, b.company) collate "C"
