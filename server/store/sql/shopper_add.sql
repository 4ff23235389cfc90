-- Numbers for shoppers never met before, in code order so that two uploads cannot deadlock.
-- $1 organisation_id int4
-- $2 codes           text[]
insert into identity.shopper (organisation_id, code)
select $1, code from unnest($2) code order by code
on conflict (organisation_id, code) do nothing
