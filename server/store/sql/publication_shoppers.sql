-- Numbers of shoppers in the byte order of their codes; without those that have none.
-- $1 organisation_id int4
-- $2 numbers         int4[]
-- > shoppers int4[]
-- reads only
select coalesce(array_agg(shopper_id order by code), '{}')
  from identity.shopper
 where organisation_id = $1 and shopper_id = any($2)
