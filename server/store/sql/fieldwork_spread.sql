-- A wave's contacts that were made, by ISO weekday and hour in the wave's time zone; null for those
-- that do not say when.
-- $1 wave_id   int4
-- $2 time_zone text
-- $3 companies int4[]
-- > weekday  int4
-- > hour     int4
-- > contacts int8
-- reads only
select extract(isodow from at)::int, extract(hour from at)::int, count(*)
  from (select contacted_at at time zone $2 as at
          from result
         where wave_id = $1 and status not in (2, 3) and ($3 is null or company = any($3))) r
 group by 1, 2
