-- How many results of a wave break each rule (numbers of enum breach), and how many of them are
-- excluded.
-- $1 wave_id     int4
-- $2 time_zone   text
-- $3 per_company int4
-- $4 per_wave    int4
-- $5 per_day     int4
-- $6 rules       int4
-- $7 companies   int4[]
-- > rule     int4
-- > results  int8
-- > excluded int8
-- reads only
select rule, count(*), count(*) filter (where status = 3)
  from breaches_of_wave($1, $2, $3, $4, $5, $6, $7)
 group by rule
