-- An organisation's shoppers from a number on, a page of them.
-- $1 organisation_id int4
-- $2 after           int4
-- $3 count           int4
-- > shopper_id int4
-- > code       text
-- reads only
select shopper_id, code from identity.shopper
 where organisation_id = $1 and shopper_id > $2
 order by shopper_id
 limit $3
