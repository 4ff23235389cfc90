-- migrate:up
create table first (n int);

-- migrate:down
drop table first;
