-- $1 number int4
-- $2 bytes  bytea
insert into inbox_part (number, bytes) values ($1, $2)
