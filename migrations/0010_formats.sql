-- Files that are made a table before they are read.

-- migrate:up

alter table upload drop constraint upload_format_check;
alter table upload add constraint upload_format_check
	check (format in ('csv', 'ndjson', 'json', 'xlsx', 'sav', 'triple_s'));

-- migrate:down

-- Their results stay; the word for what was read is that of what was made of them.
update upload set format = 'csv' where format in ('xlsx', 'sav', 'triple_s');
alter table upload drop constraint upload_format_check;
alter table upload add constraint upload_format_check check (format in ('csv', 'ndjson', 'json'));
