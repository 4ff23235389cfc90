-- Whether the sender of an upload declared how its file is to be read: the same bytes sent again as
-- they come may then be other results.

-- migrate:up

alter table upload add column declared boolean not null default false;

-- migrate:down

alter table upload drop column declared;
