-- Numbers for shoppers never met before, in code order so that two uploads cannot deadlock.
-- Known ones are left out first: a conflict would burn a number, and numbers stay dense.
-- $1 organisation_id int4
-- $2 codes           text[]
insert into identity.shopper (organisation_id, code)
select $1, u.code
  from unnest($2) u(code)
 where not exists (select from identity.shopper s where s.organisation_id = $1 and s.code = u.code)
 order by u.code
on conflict (organisation_id, code) do nothing
