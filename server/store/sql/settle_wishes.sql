-- Results of a wave whose status is not what the rules among results (bits 16 and 32 of $6, those
-- that exclude) make of it now, those alike together: submitted ones that break a rule, and ones
-- that only these rules have excluded and that break none or another.
-- $1 wave_id     int4
-- $2 time_zone   text
-- $3 per_company int4
-- $4 per_wave    int4
-- $5 per_day     int4
-- $6 rules       int4
-- $7 count       int4
-- > result_id text
-- > excluded  bool
-- > breaks    int4
-- reads only
select r.result_id, r.status = 3, coalesce(a.breaches & $6, 0)
  from result r left join breaches_among($1, $2, $3, $4, $5) a using (result_id)
 where r.wave_id = $1
   and case r.status when 0 then coalesce(a.breaches & $6, 0) <> 0
                     when 3 then r.breaches & 48 <> 0 and coalesce(a.breaches & $6, 0) <> r.breaches & 48
                     else false end
 order by 2, 3, r.result_id
 limit $7
