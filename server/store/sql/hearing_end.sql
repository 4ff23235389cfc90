-- What became of payloads; one that is still waiting comes again in so many seconds.
-- $1 inbox_ids    int8[]
-- $2 states       text[]
-- $3 answers      int4[]
-- $4 notes        text[]
-- $5 wait_seconds int4[]
update inbox i
   set state = t.state, answers = t.answers, note = t.note, attempts = i.attempts + 1,
       ended_at = case when t.state <> 'waiting' then now() end,
       next_try_at = now() + t.wait_seconds * interval '1 second'
  from unnest($1, $2, $3, $4, $5) as t(inbox_id, state, answers, note, wait_seconds)
 where i.inbox_id = t.inbox_id
