-- Every source with its secrets, for the sources in memory.
-- > source_id       int4
-- > organisation_id int4
-- > wave_id         int4
-- > code            text
-- > address         text
-- > document        bytea
-- > revision        int4
-- > paused          bool
-- > signing         text[] the newest first
-- > verify_token    text   the newest; null: none
-- > access_token    text   likewise
-- reads only
select s.source_id, s.organisation_id, s.wave_id, s.code, s.address, s.document, s.revision, s.paused,
       array(select c.secret from secret.source_secret c
	      where c.source_id = s.source_id and c.name = 'signing' order by c.made_at desc, c.number desc),
       (select c.secret from secret.source_secret c
	 where c.source_id = s.source_id and c.name = 'verify_token'
	 order by c.made_at desc, c.number desc limit 1),
       (select c.secret from secret.source_secret c
	 where c.source_id = s.source_id and c.name = 'access_token'
	 order by c.made_at desc, c.number desc limit 1)
  from source s
 order by s.source_id
