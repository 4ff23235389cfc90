-- The whole main road: organisations and keys, programmes and waves, uploads,
-- results, tallies, audit. Everything that grows is keyed by wave first.

-- migrate:up

create schema identity;

create table organisation (
	organisation_id int generated always as identity primary key,
	code text not null unique check (code ~ '^[A-Za-z0-9._-]{1,64}$'),
	created_at timestamptz not null default now()
);

-- A key is shown once; what is kept is the SHA-256 of its secret part.
create table api_key (
	key_id text collate "C" primary key check (key_id ~ '^[a-z2-7]{8}$'),
	organisation_id int not null references organisation,
	secret_sha256 bytea not null check (length(secret_sha256) = 32),
	role text not null check (role in ('firm', 'sponsor', 'operator')),
	name text not null default '',
	created_at timestamptz not null default now(),
	expires_at timestamptz,
	revoked_at timestamptz
);
create index api_key_by_organisation on api_key (organisation_id);

create table programme (
	programme_id int generated always as identity primary key,
	organisation_id int not null references organisation,
	code text collate "C" not null,
	document bytea not null,           -- the file, byte for byte
	revision int not null default 1,   -- grows with the file and with a step of any wave: who decided
	                                   -- by an older one decided by something that is gone
	put_at timestamptz not null default now(),
	unique (organisation_id, code)
);

create table wave (
	wave_id int generated always as identity primary key,
	programme_id int not null references programme,
	code text collate "C" not null,
	state text not null default 'draft' check (state in ('draft', 'fielding', 'closed', 'published')),
	changed_at timestamptz not null default now(),
	unique (programme_id, code)
);

-- Who a shopper is stays apart from what a shopper answered: results carry a
-- number, and erasing a person is erasing this row's code.
create table identity.shopper (
	shopper_id int generated always as identity primary key,
	organisation_id int not null references organisation,
	code text collate "C" not null check (octet_length(code) between 1 and 100),
	unique (organisation_id, code)
);

create table upload (
	upload_id bigint generated always as identity primary key,
	wave_id int not null references wave,
	key_id text collate "C" not null,
	format text not null check (format in ('csv', 'ndjson', 'json')),
	started_at timestamptz not null default now(),
	ended_at timestamptz,
	state text not null default 'receiving' check (state in ('receiving', 'done', 'failed')),
	sha256 bytea check (length(sha256) = 32),
	bytes bigint not null default 0,
	received bigint not null default 0,
	accepted bigint not null default 0,
	duplicates bigint not null default 0,
	replaced bigint not null default 0,
	rejected bigint not null default 0,
	failure text
);
create index upload_by_wave on upload (wave_id, upload_id);
create index upload_by_content on upload (wave_id, sha256) where state = 'done';

-- One row a committed batch: written in the batch's own transaction, so that an
-- upload whose connection broke during COMMIT can find out what became of it.
create table upload_batch (
	upload_id bigint not null,
	batch int not null,
	accepted bigint not null,
	duplicates bigint not null,
	primary key (upload_id, batch)
);

-- What was wrong with rejected rows; a row with several faults has several lines.
create table upload_fault (
	upload_id bigint not null,
	row_number bigint not null,        -- 1 = first data row; 0 = the file as a whole
	fault_number smallint not null,
	code text not null,
	column_name text not null,
	value text not null,
	expected text not null,
	primary key (upload_id, row_number, fault_number)
);

-- One row a result. No foreign keys: two cost 60 % of the ingest rate, and the
-- server checks companies, channels and the wave against its catalogue. The
-- numbers company and channel are positions in the programme's lists, which
-- only ever grow at their end.
create table result (
	upload_id bigint not null,
	contacted_at timestamptz,
	wave_id int not null,
	company int not null check (company >= 0),
	shopper_id int,
	wait_seconds int check (wait_seconds >= 0),
	duration_seconds int check (duration_seconds >= 0),
	score int check (score between 0 and 10000),
	channel smallint not null check (channel >= 0),
	attempt smallint check (attempt >= 1),
	answered boolean not null,
	answers smallint[] not null,       -- by item of the instrument; null = not applicable
	cx smallint[] not null,            -- by question, as sent; null = not answered
	area_scores int[] not null,        -- hundredths by area; null = none
	result_id text collate "C" not null check (octet_length(result_id) between 1 and 200),
	comment text,
	primary key (wave_id, result_id)
);

-- Exact counts of the results, as deltas written in the transaction of the rows
-- they count. `changes` is the number of result rows the delta speaks of. The
-- read model loads one snapshot and the deltas it has not applied yet.
create table tally_delta (
	delta_id bigint generated always as identity primary key,
	wave_id int not null,
	upload_id bigint not null,
	changes bigint not null check (changes > 0),
	packed bytea not null
);
create index tally_delta_by_wave on tally_delta (wave_id, delta_id);

create table tally_snapshot (
	wave_id int primary key references wave,
	generation bigint not null,
	changes bigint not null,
	packed bytea not null
);

-- Append-only: nobody has the right to update or delete here.
create table audit (
	audit_id bigint generated always as identity primary key,
	at timestamptz not null default now(),
	organisation_id int,
	key_id text,
	event text not null,
	subject text not null,
	detail json not null default '{}'
);

create function refuse_change() returns trigger language plpgsql as $$
begin
	raise exception 'audit rows are not changed' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_is_append_only before update or delete or truncate on audit
	for each statement execute function refuse_change();

-- Keys and the catalogue are held in memory by every server; a change tells them.
create function tell_servers() returns trigger language plpgsql as $$
begin
	perform pg_notify('plaudit_catalogue', tg_table_name);
	return null;
end $$;
create trigger api_key_changed after insert or update or delete on api_key
	for each statement execute function tell_servers();
create trigger programme_changed after insert or update or delete on programme
	for each statement execute function tell_servers();
create trigger wave_changed after insert or update or delete on wave
	for each statement execute function tell_servers();

-- The server's role: no DDL, no truncate, audit only added to. Roles belong to the whole cluster:
-- another database of it may be making the same one at this moment.
do $$ begin
	if not exists (select from pg_roles where rolname = 'plaudit_runtime') then
		create role plaudit_runtime login;
	end if;
exception when duplicate_object or unique_violation then
	null;
end $$;
revoke create on schema public from public;
grant usage on schema public, identity to plaudit_runtime;
grant select, insert, update, delete on
	organisation, api_key, programme, wave, upload, upload_batch, upload_fault, result, tally_delta, tally_snapshot
	to plaudit_runtime;
grant select, insert, update on identity.shopper to plaudit_runtime;
grant select, insert on audit to plaudit_runtime;

-- migrate:down

drop table audit, tally_snapshot, tally_delta, result, upload_fault, upload_batch, upload, wave, programme, api_key cascade;
drop table identity.shopper;
drop table organisation;
drop function tell_servers();
drop function refuse_change();
drop schema identity;
revoke usage on schema public from plaudit_runtime;
