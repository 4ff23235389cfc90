-- Rows that differ from what is stored, sorted by result_id.
copy replacing (upload_id, contacted_at, wave_id, company, shopper_id, wait_seconds, duration_seconds, score,
	channel, attempt, answered, answers, cx, area_scores, result_id, comment, status, breaches)
from stdin (format binary)
