-- migrate:up
create table second (n int);

-- migrate:down
drop table second;
