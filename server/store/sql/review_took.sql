-- Did the change of this number become durable?
-- $1 wave_id    int4
-- $2 result_ids text[]
-- $3 change_id  int8
-- > took bool
-- reads only
select exists (select from result_revision where wave_id = $1 and result_id = any($2) and change_id = $3)
