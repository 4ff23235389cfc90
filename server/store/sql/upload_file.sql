-- What an upload of this wave was given: the upload under whose number its file is kept, and how it was
-- declared.
-- $1 wave_id   int4
-- $2 upload_id int8
-- > file    int8
-- > format  text
-- > reading json
-- > mapping text
-- > bytes   int8 of that file, null: not known
-- reads only
select coalesce(u.file_of, u.upload_id), u.format, u.reading, m.code,
       case when f.sha256 is not null then f.bytes end
  from upload u
  join upload f on f.upload_id = coalesce(u.file_of, u.upload_id)
  left join mapping m on m.mapping_id = u.mapping_id
 where u.wave_id = $1 and u.upload_id = $2
