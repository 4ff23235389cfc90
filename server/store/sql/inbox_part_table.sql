-- A payload's body too large for one statement waits here in parts; emptied by each commit.
create temporary table if not exists inbox_part (number int not null, bytes bytea not null) on commit delete rows
