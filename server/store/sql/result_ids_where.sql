-- A page of the ids of results that meet what is given, in order, after $2.
-- $1 wave_id          int4
-- $2 after            text
-- $3 count            int4
-- $4 status           int2 null: any
-- $5 company          int4
-- $6 channel          int2
-- $7 contacted_before timestamptz
-- > result_id text
-- reads only
select result_id
  from result
 where wave_id = $1 and result_id > $2
   and ($4 is null or status = $4)
   and ($5 is null or company = $5)
   and ($6 is null or channel = $6)
   and ($7 is null or contacted_at < $7)
 order by result_id
 limit $3
