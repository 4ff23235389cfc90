-- How the columns of a firm's files become a result: mapping profiles, and which one an upload was
-- read with.

-- migrate:up

-- A row a revision. Nothing here is changed: a profile put again is its next revision, and one that
-- is deleted has a last revision without a document.
create table mapping (
	mapping_id int generated always as identity primary key,
	programme_id int not null references programme,
	code text collate "C" not null,
	revision int not null check (revision >= 1),
	document bytea,                    -- the file, byte for byte; null: deleted
	put_at timestamptz not null default now(),
	key_id text collate "C" not null,
	unique (programme_id, code, revision)
);

alter table upload
	add column mapping_id int references mapping,      -- null: the columns were canonical
	add column left_out bigint not null default 0,     -- rows the profile leaves out
	add column left_out_by json;                       -- and by which of its rules

grant select, insert on mapping to plaudit_runtime;

-- migrate:down

alter table upload drop column left_out_by, drop column left_out, drop column mapping_id;
drop table mapping;
