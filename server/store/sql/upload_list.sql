-- Uploads of a wave, the latest first, a page of them before $2. The columns are upload_get.sql's, and
-- the number.
-- $1 wave_id int4
-- $2 before  int8
-- $3 count   int4
-- $4 channels bool those made of answers of channels, instead of the others
-- $5 theirs  text the key id these are made in
-- > state      text
-- > format     text
-- > bytes      int8
-- > received   int8
-- > accepted   int8
-- > duplicates int8
-- > replaced   int8
-- > rejected   int8
-- > withheld   int8
-- > failure    text
-- > started_at timestamptz
-- > ended_at   timestamptz
-- > reading    json
-- > warnings   json
-- > left_out   int8
-- > left_out_by json
-- > mapping    text
-- > mapping_revision int4
-- > undone_at  timestamptz null: it was not undone, and the others are null
-- > undone_by  text
-- > undone_reason text
-- > removed    int8
-- > restored   int8
-- > kept       int8
-- > upload_id int8
-- reads only
select u.state, u.format, u.bytes, u.received, u.accepted, u.duplicates, u.replaced, u.rejected, u.withheld,
       u.failure, u.started_at, u.ended_at, u.reading, u.warnings, u.left_out, u.left_out_by, m.code, m.revision,
       u.undone_at, u.undone_by, u.undone_reason, u.removed, u.restored, u.kept, u.upload_id
  from upload u left join mapping m using (mapping_id)
 where u.wave_id = $1 and u.upload_id < $2 and (u.key_id = $5) = $4
 order by u.upload_id desc
 limit $3
