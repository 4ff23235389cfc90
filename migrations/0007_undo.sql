-- Results replaced by an upload, and uploads undone as a unit.

-- migrate:up

alter table upload drop constraint upload_state_check;
alter table upload add constraint upload_state_check check (state in ('receiving', 'done', 'failed', 'undone'));
alter table upload
	add column undos_seen int not null default 0, -- uploads of the wave that were undone when it began
	add column undone_at timestamptz,
	add column undone_by text,
	add column undone_reason text,
	add column undone_change bigint,              -- the number of that change: result_revision.change_id
	add column removed bigint,                    -- results that are gone with it
	add column restored bigint,                   -- results that are again what they were before it
	add column kept bigint,                       -- results that somebody had changed since
	add constraint upload_undone check ((state = 'undone') = (undone_at is not null and undone_by is not null
		and undone_change is not null and undone_reason is not null and removed is not null and restored is not null and kept is not null));
create index upload_undone_by_wave on upload (wave_id) where state = 'undone';

alter table upload_batch add column replaced bigint not null default 0;

-- Why a revision was left: 0 somebody changed the result, 1 the rules among results did, 2 upload
-- upload_id replaced it, 3 that upload was undone. `undone`: this change and the undo that took it
-- back cancel out, nothing of it is left in the result.
alter table result_revision
	add column cause smallint not null default 0 check (cause between 0 and 3),
	add column upload_id bigint,
	add column undone boolean not null default false,
	add constraint result_revision_upload check ((cause >= 2) = (upload_id is not null));
create index result_revision_replaced on result_revision (((was->>'upload_id')::bigint))
	where cause = 2 and not undone;

-- Rows that a file which replaces has and that were stored already: within one file the first row of
-- an id stands. Emptied when the upload ends.
create table upload_met (
	upload_id bigint not null,
	result_id text collate "C" not null,
	primary key (upload_id, result_id)
);

-- Results that are gone with an undone upload, as they stood then, and all that they were before.
create table result_removed (
	like result,
	change_id bigint not null,
	revisions jsonb,
	primary key (upload_id, result_id)
);

-- What undoing an upload makes of one of its results: back to what it was in revision `base` (0: it
-- goes, the upload brought it), and whether somebody has changed it since. Its few revisions are
-- looked up by their key and then chosen from: chosen by cause, result_revision_replaced would do for
-- a planner without statistics, and that has everything in it.
create function undo_of(wave int, id text, upload bigint) returns table (base int, changed boolean)
language sql stable parallel safe as $$
	select replaced.base, exists (
	       select from result_revision v
	        where v.wave_id = wave and v.result_id = id and v.revision > replaced.base
	          and v.cause = 0 and not v.undone)
	  from (select coalesce(max(v.revision) filter (
	               where v.cause = 2 and v.upload_id = upload and not v.undone), 0) as base
	          from result_revision v
	         where v.wave_id = wave and v.result_id = id) replaced
$$;

-- Uploads come one after the other, and so do their rows: the places of one are few and together.
create index result_by_upload on result using brin (upload_id) with (autosummarize = on);

grant select, insert on result_removed to plaudit_runtime;
grant select, insert, delete on upload_met to plaudit_runtime;

-- migrate:down

drop index result_by_upload;
drop function undo_of(int, text, bigint);
drop table result_removed, upload_met;
drop index result_revision_replaced;
alter table result_revision
	drop constraint result_revision_upload, drop column undone, drop column upload_id, drop column cause;
alter table upload_batch drop column replaced;
drop index upload_undone_by_wave;
alter table upload
	drop constraint upload_undone, drop column kept, drop column restored, drop column removed,
	drop column undone_change, drop column undone_reason, drop column undone_by, drop column undone_at, drop column undos_seen;
alter table upload drop constraint upload_state_check;
update upload set state = 'failed' where state = 'undone';
alter table upload add constraint upload_state_check check (state in ('receiving', 'done', 'failed'));
