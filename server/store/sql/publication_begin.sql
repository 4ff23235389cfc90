-- What a new revision of a wave begins with. A reason is due once the key can read a revision: who
-- may not know of one is not told of it by being asked for a reason.
-- $1 wave_id     int4
-- $2 key_id      text
-- $3 announce_at timestamptz null: at once
-- $4 readers     text[]
-- > state           text
-- > wave            text
-- > document        bytea
-- > revision        int4 the one to come
-- > reason_due      bool
-- > embargoed       bool
-- > unknown_reader  text null: all are keys of the organisation
-- > organisation_id int4
-- > past            bool announce_at is over, by more than a clock may be wrong
-- reads only
select w.state, w.code, p.document,
       coalesce((select max(revision) from publication where wave_id = $1), 0) + 1,
       exists (select from publication b where b.wave_id = $1
	  and publication_open_to(b.announce_at, b.key_id, b.readers, $2)),
       not publication_open_to(coalesce($3, now()), '', '{}', null),
       (select min(r) from unnest($4) r where not exists (select from api_key k
	 where k.key_id = r and k.organisation_id = p.organisation_id and k.role in ('firm', 'sponsor'))),
       p.organisation_id, coalesce($3 < now() - interval '1 minute', false)
  from wave w join programme p using (programme_id)
 where w.wave_id = $1
