-- Files on their way: the name by which a server's spool knows the files of this database, and
-- resumable uploads (tus), whose bytes are in the spool of the server that took them.

-- migrate:up

create table spool_owner (
	only_row boolean primary key default true check (only_row),
	database_id uuid not null default gen_random_uuid()
);
insert into spool_owner default values;

create table tus_upload (
	tus_id bigint generated always as identity primary key,
	wave_id int not null references wave,
	organisation_id int not null references organisation,
	key_id text collate "C" not null,
	metadata text not null,            -- Upload-Metadata as it was sent
	length bigint not null check (length >= 0),
	durable bigint not null default 0, -- bytes that will be there after a power cut
	state text not null default 'receiving' check (state in ('receiving', 'whole', 'counted', 'failed')),
	upload_id bigint,                  -- the upload that counts it, or did
	failure_code text,
	failure text,
	created_at timestamptz not null default now(),
	expires_at timestamptz not null,
	check (durable between 0 and length)
);
create index tus_upload_by_organisation on tus_upload (organisation_id) where state = 'receiving';
create index tus_upload_by_expiry on tus_upload (expires_at);

grant select on spool_owner to plaudit_runtime;
grant select, insert, update, delete on tus_upload to plaudit_runtime;

-- migrate:down

drop table tus_upload;
drop table spool_owner;
