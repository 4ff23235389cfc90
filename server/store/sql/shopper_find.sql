-- The numbers of shoppers.
-- $1 organisation_id int4
-- $2 codes           text[]
-- > shopper_id int4
-- > code       text
-- reads only
select shopper_id, code from identity.shopper where organisation_id = $1 and code = any($2)
