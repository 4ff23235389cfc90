-- A wave's contacts by company and channel: by state of review; then, of those that were made (all
-- but the returned and the excluded), the answered ones and those before 11, before 13 and from 13
-- on, in the wave's time zone.
-- $1 wave_id   int4
-- $2 time_zone text
-- $3 companies int4[]
-- > company   int4
-- > channel   int2
-- > submitted int8
-- > approved  int8
-- > returned  int8
-- > excluded  int8
-- > disputed  int8
-- > answered  int8
-- > morning   int8
-- > noon      int8
-- > afternoon int8
-- reads only
select company, channel, count(*) filter (where status = 0), count(*) filter (where status = 1),
       count(*) filter (where status = 2), count(*) filter (where status = 3), count(*) filter (where status = 4),
       count(*) filter (where made and answered), count(*) filter (where made and hour < 11),
       count(*) filter (where made and hour >= 11 and hour < 13), count(*) filter (where made and hour >= 13)
  from (select company, channel, status, answered, status not in (2, 3) as made,
               extract(hour from contacted_at at time zone $2)::int as hour
          from result
         where wave_id = $1 and ($3 is null or company = any($3))) r
 group by company, channel
 order by company, channel
