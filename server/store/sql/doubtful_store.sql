-- Stores those doubtful rows whose id is new.
insert into result (upload_id, contacted_at, wave_id, company, shopper_id, wait_seconds, duration_seconds, score,
	channel, attempt, answered, answers, cx, area_scores, result_id, comment, status, breaches)
select upload_id, contacted_at, wave_id, company, shopper_id, wait_seconds, duration_seconds, score,
	channel, attempt, answered, answers, cx, area_scores, result_id, comment, status, breaches
  from doubtful
 order by result_id
on conflict (wave_id, result_id) do nothing
