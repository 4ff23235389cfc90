-- How many results of a wave break each rule (numbers of enum breach) and how many of them are
-- excluded: rows without a result_id; then a page of the breaches in order of result and rule,
-- after ($8, $9).
-- $1 wave_id     int4
-- $2 time_zone   text
-- $3 per_company int4
-- $4 per_wave    int4
-- $5 per_day     int4
-- $6 rules       int4
-- $7 companies   int4[]
-- $8 after       text
-- $9 after_rule  int4
-- $10 count      int4
-- > result_id    text
-- > rule         int4
-- > results      int8
-- > excluded     int8
-- > company      int4
-- > shopper      text
-- > contacted_at timestamptz
-- > status       int2
-- reads only
with broken as materialized (
	select * from breaches_of_wave($1, $2, $3, $4, $5, $6, $7)
), page as (
	select result_id, rule, company, shopper_id, contacted_at, status
	  from broken
	 where (result_id collate "C", rule) > ($8 collate "C", $9)
	 order by result_id collate "C", rule
	 limit $10
)
select null::text, rule, count(*), count(*) filter (where status = 3), null::int, null::text, null::timestamptz,
       null::int2
  from broken
 group by rule
union all
(select p.result_id, p.rule, null, null, p.company, s.code, p.contacted_at, p.status
   from page p left join identity.shopper s using (shopper_id)
  order by p.result_id collate "C", p.rule)
