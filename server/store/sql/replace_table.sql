-- Rows that shall take the place of stored ones wait here, once a connection; emptied by each commit.
create temporary table if not exists replacing (like result including defaults, primary key (result_id))
	on commit delete rows
