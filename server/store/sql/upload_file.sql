-- What an upload of this wave was given: the upload under whose number its file is kept, and how it was
-- declared.
-- $1 wave_id   int4
-- $2 upload_id int8
-- > file    int8
-- > format  text
-- > reading json
-- > mapping text
-- reads only
select coalesce(u.file_of, u.upload_id), u.format, u.reading, m.code
  from upload u left join mapping m using (mapping_id)
 where u.wave_id = $1 and u.upload_id = $2
