-- Results that come in where the contact happens: sources, what providers sent, invitations, answers.

-- migrate:up

-- A channel that a firm has connected. `address` is what stands in its web address, its mail address
-- and its AGI path: random, so that nobody finds it by guessing.
create table source (
	source_id int generated always as identity primary key,
	organisation_id int not null references organisation,
	code text collate "C" not null check (code ~ '^[A-Za-z0-9._-]{1,64}$'),
	address text collate "C" not null unique check (address ~ '^[a-z2-7]{16}$'),
	mailbox text collate "C" unique check (mailbox ~ '^[a-z0-9._-]{1,64}$'),
	kind text not null,
	wave_id int not null references wave,
	document bytea not null,           -- the source as it was sent, without its secrets
	revision int not null default 1,
	paused boolean not null default false,
	made_at timestamptz not null default now(),
	changed_at timestamptz not null default now(),
	unique (organisation_id, code)
);

-- Kept apart, never shown again. Providers sign with a secret that both sides know, so it cannot be a
-- digest. Two of a name may be live, so that one can be changed for the other without losing an event.
create schema secret;
create table secret.source_secret (
	source_id int not null references source on delete cascade,
	name text not null check (name in ('signing', 'verify_token', 'access_token')),
	number smallint not null check (number in (1, 2)),
	secret text not null check (octet_length(secret) between 1 and 1000),
	made_at timestamptz not null default now(),
	primary key (source_id, name, number)
);

-- What refused events leave behind; each server adds to it every few seconds.
create table source_health (
	source_id int primary key references source on delete cascade,
	taken bigint not null default 0,         -- stored, for the first time
	repeated bigint not null default 0,      -- stored before
	refused bigint not null default 0,       -- not signed, or not as it must be
	last_taken_at timestamptz,
	last_refused_at timestamptz,
	last_refusal text not null default '',
	pull_claimed_until timestamptz,          -- by the server that asks the provider what it has
	last_pulled_at timestamptz,
	last_pull text not null default ''       -- empty: it went well
);

-- Every payload as it came, committed before its sender is answered. The server's own pages have the
-- source 0. `headers`: lines "name: value", names in lower case.
create table inbox (
	inbox_id bigint generated always as identity primary key,
	source_id int not null,
	dedupe_key text collate "C" not null check (octet_length(dedupe_key) between 1 and 200),
	received_at timestamptz not null,
	stored_at timestamptz not null default now(),
	query text not null,
	headers text not null,
	body bytea not null,
	state text not null default 'waiting' check (state in ('waiting', 'heard', 'ignored', 'failed')),
	attempts smallint not null default 0,
	next_try_at timestamptz not null default now(),
	ended_at timestamptz,
	answers int not null default 0,          -- found in it
	note text not null default '',           -- why it was ignored, or failed
	unique (source_id, dedupe_key)
);
create index inbox_waiting on inbox (next_try_at, inbox_id) where state = 'waiting';
create index inbox_by_source on inbox (source_id, inbox_id);
create index inbox_failed on inbox (source_id) where state = 'failed';

-- A token stands for a contact, whichever channel carries it. A contact that a source tells of without
-- a token gets a row too, under the provider's own key of it.
create table invitation (
	invitation_id bigint generated always as identity primary key,
	organisation_id int not null references organisation,
	wave_id int not null references wave,
	contact text collate "C" not null check (octet_length(contact) between 1 and 200), -- result_id
	token text collate "C" unique check (token ~ '^[a-z2-7]{20}$'),
	source_id int,
	contact_key text collate "C" check (octet_length(contact_key) between 1 and 200),
	record text not null                     -- a JSON object: the columns of the result known beforehand
		check (left(record, 1) = '{' and right(record, 1) = '}'),
	made_at timestamptz not null default now(),
	expires_at timestamptz,
	version int not null default 0,          -- grows with each answer that changes something
	merged int not null default 0,           -- the version that is a result, or whose fate is in `note`
	claimed_until timestamptz,               -- by a server that makes a result of it
	note text not null default '',           -- why its answers are no result; empty: they are, or there are none
	unique (wave_id, contact),
	unique (source_id, contact_key),
	check ((token is null) = (source_id is not null)),
	check ((source_id is null) = (contact_key is null))
);
create index invitation_to_merge on invitation (wave_id, invitation_id) where version > merged;
create index invitation_by_wave on invitation (wave_id, invitation_id);

-- The answers of an invitation: one a column of the result (a question's code, an item's, "comment").
-- Which one stands is decided by (observed_at, inbox_id), not by the order in which they were read: the
-- last of those whose source takes the last, and where there is none of these, the first.
create table answer (
	invitation_id bigint not null references invitation on delete cascade,
	column_name text collate "C" not null,
	value text not null,
	scale_min smallint,                      -- the provider's own scale, where it has one
	scale_max smallint,
	observed_at timestamptz not null,
	inbox_id bigint not null,
	first_stands boolean not null,     -- by its source's rule; else the last
	primary key (invitation_id, column_name)
);

-- Questions that are sent to customers over a provider's own interface. `sending` is committed before
-- anything is sent, so that what a server was about when it died is known to be unknown.
create table outgoing_message (
	message_id bigint generated always as identity primary key,
	source_id int not null references source on delete cascade,
	invitation_id bigint not null references invitation on delete cascade,
	column_name text collate "C" not null,
	body text not null,                      -- as it is sent; empty once it has ended
	state text not null default 'waiting'
		check (state in ('waiting', 'sending', 'sent', 'failed', 'unknown')),
	attempts smallint not null default 0,    -- tries, and pauses of the whole source
	made_at timestamptz not null default now(),
	next_try_at timestamptz not null default now(),
	claimed_until timestamptz,               -- by the server that sends it
	ended_at timestamptz,
	code text collate "C" not null default '', -- of the last failure: the provider's, or ours
	note text not null default '',           -- its words
	provider_id text collate "C" not null default '',
	unique (source_id, invitation_id, column_name)
);
create index outgoing_message_waiting on outgoing_message (next_try_at, message_id) where state = 'waiting';
create index outgoing_message_sending on outgoing_message (claimed_until) where state = 'sending';
create index outgoing_message_by_source on outgoing_message (source_id, message_id);
create index outgoing_message_by_invitation on outgoing_message (invitation_id);

-- What is made of answers is uploaded in this name (inbox/merging.h), so no key may have it.
alter table api_key add constraint api_key_not_channels check (key_id <> 'channels');

create trigger source_changed after insert or update or delete on source
	for each statement execute function tell_servers();
create trigger source_secret_changed after insert or update or delete on secret.source_secret
	for each statement execute function tell_servers();

grant usage on schema secret to plaudit_runtime;
grant select, insert, update, delete on
	source, secret.source_secret, source_health, inbox, invitation, answer,
	outgoing_message to plaudit_runtime;

-- migrate:down

alter table api_key drop constraint api_key_not_channels;
drop table outgoing_message, answer, invitation, inbox, source_health, secret.source_secret, source;
drop schema secret;
