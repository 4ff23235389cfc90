-- Breaches of fieldwork that show only among a wave's results. One definition for the watch over
-- fieldwork and for the exclusion it leads to.

-- migrate:up

-- Who takes part: contacts that stand (submitted, approved, disputed), and those that only these
-- rules have excluded (bits 16 and 32, see server/survey/fieldwork.h), or excluding one would bring
-- back the next. The order of contacts is that of time, then of ids, whatever order they came in;
-- contacts without a time come last. A limit of 0 is none.
create function contacts_taking_part(wave int)
returns table (result_id text, shopper_id int, company int, contacted_at timestamptz)
language sql stable parallel safe as $$
	select r.result_id, r.shopper_id, r.company, r.contacted_at
	  from result r
	 where r.wave_id = wave and r.shopper_id is not null
	   and (r.status in (0, 1, 4) or (r.status = 3 and r.breaches & 48 <> 0))
$$;

-- A branch whose limit is 0 is not even looked at.
create function breaches_among(wave int, zone text, per_company int, per_wave int, per_day int)
returns table (result_id text, breaches int) language sql stable parallel safe as $$
	select over_limit.result_id, bit_or(over_limit.bit)
	  from (select c.result_id, 16 as bit
	          from (select t.result_id, row_number() over (partition by t.shopper_id, t.company
	                        order by t.contacted_at nulls last, t.result_id) as nth
	                  from contacts_taking_part(wave) t where per_company > 0) c
	         where c.nth > per_company
	        union all
	        select w.result_id, 32
	          from (select t.result_id, row_number() over (partition by t.shopper_id
	                        order by t.contacted_at nulls last, t.result_id) as nth
	                  from contacts_taking_part(wave) t where per_wave > 0) w
	         where w.nth > per_wave
	        union all
	        select d.result_id, 32
	          from (select t.result_id, row_number() over (
	                        partition by t.shopper_id, (t.contacted_at at time zone zone)::date
	                        order by t.contacted_at, t.result_id) as nth
	                  from contacts_taking_part(wave) t
	                 where per_day > 0 and t.contacted_at is not null) d
	         where d.nth > per_day) over_limit
	 group by over_limit.result_id
$$;

-- Every breach of a wave, one row a result and rule (the number of the bit), of the rules in `rules`
-- and the companies in `companies` (null: all).
create function breaches_of_wave(wave int, zone text, per_company int, per_wave int, per_day int,
	rules int, companies int[])
returns table (result_id text, rule int, company int, shopper_id int, contacted_at timestamptz, status smallint)
language sql stable parallel safe as $$
	with broken as materialized ( -- few of the wave's results, before each is asked for each rule
		select r.result_id, r.company, r.shopper_id, r.contacted_at, r.status,
		       ((r.breaches & 15) | coalesce(a.breaches, 0)) & rules as bits
		  from result r
		  left join breaches_among(wave, zone, per_company, per_wave, per_day) a using (result_id)
		 where r.wave_id = wave and (companies is null or r.company = any(companies))
		   and (r.breaches & 15 <> 0 or a.breaches is not null)
	)
	select b.result_id, rule.number, b.company, b.shopper_id, b.contacted_at, b.status
	  from broken b cross join generate_series(0, 5) rule(number)
	 where b.bits & (1 << rule.number) <> 0
$$;

-- migrate:down

drop function breaches_of_wave(int, text, int, int, int, int, int[]);
drop function breaches_among(int, text, int, int, int);
drop function contacts_taking_part(int);
