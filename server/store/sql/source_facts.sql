-- What is known of a source's life, for a check. What is read is counted over its last thousand events.
-- $1 source_id        int4
-- > now               timestamptz
-- > taken             int8
-- > last_taken_at     timestamptz null: never
-- > last_refused_at   timestamptz null: never
-- > last_refusal      text
-- > last_pulled_at    timestamptz null: never
-- > last_pull         text
-- > failed            int8  could not be read
-- > waiting           int8
-- > waiting_since     timestamptz null: none waits
-- > messages_unknown  int8
-- > messages_failed   int8
-- > made_at           timestamptz
-- reads only
select clock_timestamp(), coalesce(h.taken, 0), h.last_taken_at, h.last_refused_at,
       coalesce(h.last_refusal, ''), h.last_pulled_at, coalesce(h.last_pull, ''), i.failed,
       i.waiting, i.waiting_since, m.unknown, m.failed, s.made_at
  from (select count(*) filter (where state = 'failed') failed,
               count(*) filter (where state = 'waiting') waiting,
               min(stored_at) filter (where state = 'waiting') waiting_since
          from (select state, stored_at from inbox where source_id = $1
                 order by inbox_id desc limit 1000) newest) i
 cross join (select count(*) filter (where state = 'unknown') as unknown,
                    count(*) filter (where state = 'failed') as failed
               from (select state from outgoing_message where source_id = $1
                      order by message_id desc limit 1000) newest) m
  join source s on s.source_id = $1
  left join source_health h on h.source_id = $1
