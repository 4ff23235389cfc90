-- What each upload's report warned of.

-- migrate:up

alter table upload add column warnings json;

-- migrate:down

alter table upload drop column warnings;
