-- Results are reviewed and corrected: a state and a revision each, what stood before, notes and
-- appeals. Rows that are there already are submitted, in their first revision.

-- migrate:up

alter table result
	add column status smallint not null default 0 check (status between 0 and 4), -- enum review_state
	add column revision int not null default 1 check (revision >= 1),
	add column breaches int not null default 0;                                   -- bit per enum breach

-- What a result was before a change: the whole row as it stood, who changed it and why. A change of
-- state alone leaves a row here too, so revisions have no gaps.
create table result_revision (
	wave_id int not null,
	result_id text collate "C" not null,
	revision int not null,
	changed_at timestamptz not null default now(),
	key_id text not null,
	reason text not null check (octet_length(reason) <= 2000), -- empty: none was needed
	change_id bigint not null,
	was jsonb not null,
	primary key (wave_id, result_id, revision)
);

-- What is changed in one transaction has a number of its own: where the answer to its COMMIT was
-- lost, result_revision tells by it whether it took.
create sequence result_change;

create table result_note (
	note_id bigint generated always as identity primary key,
	wave_id int not null,
	result_id text collate "C" not null,
	at timestamptz not null default now(),
	key_id text not null,
	words text not null check (octet_length(words) between 1 and 20000)
);
create index result_note_by_result on result_note (wave_id, result_id, note_id);

-- A company or the firm itself doubts a result. While one is open the result is disputed; the
-- outcome says where it stands afterwards.
create table appeal (
	appeal_id bigint generated always as identity primary key,
	wave_id int not null,
	result_id text collate "C" not null,
	opened_at timestamptz not null default now(),
	opened_by text not null,
	words text not null check (octet_length(words) between 1 and 20000),
	status_before smallint not null check (status_before between 0 and 4),
	outcome text check (outcome in ('upheld', 'dismissed')),
	outcome_words text check (octet_length(outcome_words) between 1 and 20000),
	closed_at timestamptz,
	closed_by text,
	check ((outcome is null) = (closed_at is null) and (outcome is null) = (closed_by is null))
);
create unique index appeal_open_once on appeal (wave_id, result_id) where outcome is null;
create index appeal_by_wave on appeal (wave_id, appeal_id);

-- The life of a wave: every step, who made it and why.
create table wave_step (
	step_id bigint generated always as identity primary key,
	wave_id int not null references wave,
	at timestamptz not null default now(),
	key_id text not null,
	from_state text not null,
	to_state text not null,
	reason text check (octet_length(reason) between 1 and 2000)
);
create index wave_step_by_wave on wave_step (wave_id, step_id);

grant select, insert, update, delete on result_revision, result_note, appeal to plaudit_runtime;
grant select, insert on wave_step to plaudit_runtime;
grant usage on sequence result_change to plaudit_runtime;

-- migrate:down

drop table wave_step, appeal, result_note, result_revision;
drop sequence result_change;
alter table result drop column breaches, drop column revision, drop column status;
