-- Breaches of fieldwork that show only among a wave's results. One definition for the watch over
-- fieldwork and for the exclusion it leads to.

-- migrate:up

-- Who takes part: contacts that stand (submitted, approved, disputed), and those that only these
-- rules have excluded (bits 16 and 32, see server/survey/fieldwork.h), or excluding one would bring
-- back the next. The order of contacts is that of time, then of ids, whatever order they came in;
-- contacts without a time come last. A limit of 0 is none.
create function breaches_among(wave int, zone text, per_company int, per_wave int, per_day int)
returns table (result_id text, breaches int) language sql stable parallel safe as $$
	select n.result_id,
	       (case when per_company > 0 and n.of_company > per_company then 16 else 0 end) |
	       (case when (per_wave > 0 and n.of_wave > per_wave) or
	                  (per_day > 0 and n.day is not null and n.of_day > per_day) then 32 else 0 end)
	  from (select r.result_id, d.day,
	               row_number() over (partition by r.shopper_id, r.company
	                                      order by r.contacted_at nulls last, r.result_id) as of_company,
	               row_number() over (partition by r.shopper_id
	                                      order by r.contacted_at nulls last, r.result_id) as of_wave,
	               row_number() over (partition by r.shopper_id, d.day
	                                      order by r.contacted_at nulls last, r.result_id) as of_day
	          from result r
	         cross join lateral (select (r.contacted_at at time zone zone)::date as day) d
	         where r.wave_id = wave and r.shopper_id is not null
	           and (r.status in (0, 1, 4) or (r.status = 3 and r.breaches & 48 <> 0))) n
	 where (per_company > 0 and n.of_company > per_company)
	    or (per_wave > 0 and n.of_wave > per_wave)
	    or (per_day > 0 and n.day is not null and n.of_day > per_day)
$$;

-- Every breach of a wave, one row a result and rule (the number of the bit), of the rules in `rules`
-- and the companies in `companies` (null: all).
create function breaches_of_wave(wave int, zone text, per_company int, per_wave int, per_day int,
	rules int, companies int[])
returns table (result_id text, rule int, company int, shopper_id int, contacted_at timestamptz, status smallint)
language sql stable parallel safe as $$
	select r.result_id, rule.number, r.company, r.shopper_id, r.contacted_at, r.status
	  from result r
	  left join breaches_among(wave, zone, per_company, per_wave, per_day) a using (result_id)
	 cross join generate_series(0, 5) rule(number)
	 where r.wave_id = wave and (companies is null or r.company = any(companies))
	   and (r.breaches & 15 <> 0 or a.breaches is not null)
	   and ((r.breaches & 15) | coalesce(a.breaches, 0)) & rules & (1 << rule.number) <> 0
$$;

-- migrate:down

drop function breaches_of_wave(int, text, int, int, int, int, int[]);
drop function breaches_among(int, text, int, int, int);
