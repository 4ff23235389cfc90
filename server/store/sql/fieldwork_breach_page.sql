-- A page of the breaches of a wave in order of result and rule, after ($8, $9).
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
-- > company      int4
-- > shopper      text
-- > contacted_at timestamptz
-- > status       int2
-- reads only
select b.result_id, b.rule, b.company, s.code, b.contacted_at, b.status
  from breaches_of_wave($1, $2, $3, $4, $5, $6, $7) b
  left join identity.shopper s using (shopper_id)
 where (b.result_id collate "C", b.rule) > ($8 collate "C", $9)
 order by b.result_id collate "C", b.rule
 limit $10
