-- What was published stays as it was: a revision holds the finished boards as bytes, and the counts
-- and the programme file they were made of, so that they can be made again and compared.

-- migrate:up

create table publication (
	wave_id int not null references wave,
	revision int not null check (revision >= 1),
	published_at timestamptz not null default now(),
	key_id text collate "C" not null,                  -- who published
	reason text not null check (octet_length(reason) <= 2000),
	announce_at timestamptz not null,                  -- before it: nobody but key_id and readers
	ceremony_on date,
	readers text[] not null,                           -- ids of keys
	made_by text not null,                             -- version of the program that made the boards
	document bytea not null,                           -- the programme file as it stood
	packed bytea not null,                             -- the wave's whole tally
	shoppers int[] not null,                           -- numbers in byte order of the codes: sums run in it
	version bigint not null,                           -- result rows counted and changed so far
	sha256 bytea not null check (length(sha256) = 32), -- of the list of all hashes: docs/publication.md
	primary key (wave_id, revision)
);

create table publication_board (
	wave_id int not null,
	revision int not null,
	address text collate "C" not null,                 -- below the wave: standings?sector=S01
	content_type text not null,
	body bytea not null,
	sha256 bytea not null generated always as (sha256(body)) stored,
	primary key (wave_id, revision, address),
	foreign key (wave_id, revision) references publication deferrable initially deferred
);

create function refuse_to_unpublish() returns trigger language plpgsql as $$
begin
	raise exception 'what is published is not changed' using errcode = 'insufficient_privilege';
end $$;
create trigger publication_stays before update or delete or truncate on publication
	for each statement execute function refuse_to_unpublish();
create trigger publication_board_stays before update or delete or truncate on publication_board
	for each statement execute function refuse_to_unpublish();

-- Boards come before their publication in its transaction; later ones would be additions.
create function refuse_to_add() returns trigger language plpgsql as $$
begin
	if exists (select from publication p where p.wave_id = new.wave_id and p.revision = new.revision) then
		raise exception 'nothing is added to what is published' using errcode = 'insufficient_privilege';
	end if;
	return new;
end $$;
create trigger publication_board_is_whole before insert on publication_board
	for each row execute function refuse_to_add();

create trigger publication_changed after insert on publication
	for each statement execute function tell_servers();

-- The embargo. This is the only place that decides it, by the clock of the database. Without a key
-- (null) it tells whether everybody may read.
create function publication_open_to(announce_at timestamptz, publisher text, readers text[], key_id text)
returns boolean language sql stable as $$
	select announce_at <= now() or coalesce(key_id = publisher or key_id = any(readers), false)
$$;

-- The newest revision that everybody may read, 0 where there is none.
create function wave_announced(wave int) returns int language sql stable as $$
	select coalesce(max(revision), 0) from publication
	 where wave_id = wave and publication_open_to(announce_at, key_id, readers, null)
$$;

-- A closed wave is published once a revision is announced, and closed before, whoever asks.
create function wave_shown_state(wave int, state text) returns text language sql stable as $$
	select case
		when state not in ('closed', 'published') then state
		when wave_announced(wave) > 0 then 'published'
		when exists (select from publication where wave_id = wave) then 'closed'
		else state
	end
$$;

-- A line a frozen thing, as sha256sum prints them; the hash of a publication is the SHA-256 of it.
create function publication_manifest(wave int, revision int, document bytea, packed bytea)
returns text language sql stable as $$
	select string_agg(encode(f.sha256, 'hex') || '  ' || f.name || chr(10), '' order by f.name collate "C")
	  from (select b.address as name, b.sha256 from publication_board b
		 where b.wave_id = $1 and b.revision = $2
		union all select 'programme.json', sha256($3)
		union all select 'tally', sha256($4)) f
$$;

grant select, insert on publication, publication_board to plaudit_runtime;

-- migrate:down

drop function publication_manifest(int, int, bytea, bytea);
drop function wave_shown_state(int, text);
drop function wave_announced(int);
drop function publication_open_to(timestamptz, text, text[], text);
drop table publication_board, publication;
drop function refuse_to_add();
drop function refuse_to_unpublish();
