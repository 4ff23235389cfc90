-- Uploads that only tried, or stored nothing because rows were rejected; and requests by the key
-- their clients gave them, with the answer that each got.

-- migrate:up

alter table upload drop constraint upload_state_check;
alter table upload add constraint upload_state_check
	check (state in ('receiving', 'done', 'failed', 'undone', 'tried', 'refused'));
alter table upload
	add column withheld bigint not null default 0, -- of those rejected: rows without fault
	add column file_of bigint;                     -- the upload whose kept file this one has read

-- Without a status the request still runs, as long as its server says so now and then.
create table idempotency_key (
	organisation_id int not null references organisation,
	key text collate "C" not null check (octet_length(key) between 1 and 200),
	made_at timestamptz not null default now(),
	request_sha256 bytea not null check (length(request_sha256) = 32), -- of method, path and query
	body_sha256 bytea check (length(body_sha256) = 32),                -- null while it is not known
	server uuid not null,                                              -- a process, not a machine
	held_until timestamptz not null,
	status int check (status between 200 and 499),
	content_type text,
	headers text,
	body bytea,
	primary key (organisation_id, key),
	check (status is null or (body_sha256 is not null and headers is not null and body is not null))
);
create index idempotency_key_by_age on idempotency_key (organisation_id, made_at);
create index idempotency_key_running on idempotency_key (server) where status is null;

-- What is to be done about a request with a key: 'run', 'running' (wait), 'answered' (as the columns
-- say), 'unknown' (it ran, and what came of it is lost) or 'full'. `again`: running it twice does
-- nothing twice, so what is unknown is run.
create function idempotency_claim(org int, its_key text, request bytea, of_body bytea, by_server uuid,
	again boolean, most int, out outcome text, out same_request boolean, out its_body bytea,
	out its_status int, out its_type text, out its_headers text, out its_answer bytea)
language plpgsql as $$
declare
	it idempotency_key;
begin
	delete from idempotency_key where organisation_id = org and made_at < now() - interval '48 hours';
	same_request := true;
	if not exists (select from idempotency_key k where k.organisation_id = org and k.key = its_key)
	   and (select count(*) from idempotency_key k where k.organisation_id = org) >= most then
		outcome := 'full';
		return;
	end if;
	insert into idempotency_key (organisation_id, key, request_sha256, body_sha256, server, held_until)
	values (org, its_key, request, of_body, by_server, now() + interval '60 seconds')
	on conflict do nothing;
	if found then
		outcome := 'run';
		return;
	end if;
	select * into it from idempotency_key k where k.organisation_id = org and k.key = its_key for update;
	if not found then
		outcome := 'running'; -- it was given back a moment ago
		return;
	end if;
	same_request := it.request_sha256 = request;
	its_body := it.body_sha256;
	if it.status is not null then
		outcome := 'answered';
		its_status := it.status;
		its_type := it.content_type;
		its_headers := it.headers;
		its_answer := it.body;
	elsif it.held_until > now() then
		outcome := 'running';
	elsif again and same_request and coalesce(it.body_sha256 = of_body, true) then
		outcome := 'run';
		update idempotency_key k
		   set server = by_server, held_until = now() + interval '60 seconds', body_sha256 = of_body
		 where k.organisation_id = org and k.key = its_key;
	else
		outcome := 'unknown';
	end if;
end $$;

grant select, insert, update, delete on idempotency_key to plaudit_runtime;

-- migrate:down

drop function idempotency_claim(int, text, bytea, bytea, uuid, boolean, int);
drop table idempotency_key;
alter table upload drop column file_of, drop column withheld;
alter table upload drop constraint upload_state_check;
update upload set state = 'failed' where state in ('tried', 'refused');
alter table upload add constraint upload_state_check
	check (state in ('receiving', 'done', 'failed', 'undone'));
