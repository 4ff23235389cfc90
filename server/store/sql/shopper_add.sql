-- Numbers for shoppers never met before, in code order so that two uploads cannot deadlock.
-- Each is named once and known ones are left out first: a conflict would burn a number, and
-- numbers stay dense.
-- $1 organisation_id int4
-- $2 codes           text[]
insert into identity.shopper (organisation_id, code)
select $1, u.code
  from (select distinct code from unnest($2) given(code)) u
 where not exists (select from identity.shopper s where s.organisation_id = $1 and s.code = u.code)
 order by u.code
on conflict (organisation_id, code) do nothing
