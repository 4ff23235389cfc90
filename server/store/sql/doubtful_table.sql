-- Rows that may be stored already wait here, once a connection; emptied by each commit.
create temporary table if not exists doubtful (like result including defaults) on commit delete rows
