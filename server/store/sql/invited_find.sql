-- What a page needs to know of the contact behind a token.
-- $1 token text
-- > organisation_id int4
-- > wave_id         int4
-- > company         text its code, null where the record names none
-- > answered        bool
-- > expired         bool
-- reads only
select organisation_id, wave_id, record::json ->> 'company', version > 0,
       coalesce(expires_at <= now(), false)
  from invitation
 where token = $1
