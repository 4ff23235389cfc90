-- The mapping profiles of a programme, each as it stands.
-- $1 programme_id int4
-- > code          text
-- > revision      int4
-- > put_at        timestamptz
-- > key_id        text
-- > bytes         int4
-- reads only
select code, revision, put_at, key_id, octet_length(document)
  from (select distinct on (code) code, revision, put_at, key_id, document
          from mapping
         where programme_id = $1
         order by code, revision desc) newest
 where document is not null
 order by code
