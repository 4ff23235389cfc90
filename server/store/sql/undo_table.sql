-- The results of the upload that is being undone, in the order of their ids, once a connection;
-- emptied by each commit.
create temporary table if not exists undoing (
	place bigint primary key, result_id text collate "C" not null, touched boolean not null
) on commit delete rows
