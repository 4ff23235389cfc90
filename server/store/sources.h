/** Every connected channel, in memory, with its secrets: a hook is checked without asking
 * PostgreSQL.
 *
 * Read anew after the catalogue, with whose programmes the documents are read. Lifetime: a source
 * one holds a reference to stays as it is; without one it is valid until the caller returns to the
 * loop. Secrets are wiped with the source.
 */
#pragma once

#include "channel/adapter.h"
#include "channel/setup.h"
#include "store/catalogue.h"

enum { SOURCE_ADDRESS_CHARS = 16 };

struct known_source {
	int references;
	int source_id, organisation_id, wave_id, wave; /**< the last: index in the programme */
	int revision;
	bool paused;
	struct slice address, code;
	struct shared_programme *programme; /**< held */
	const struct setup *setup;	    /**< as far as it can be read */
	size_t faults; /**< of the document with the programme as it is now: it was changed since */
	struct slice signing[SIGNATURE_SECRETS];
	size_t signing_len;
	struct slice verify_token; /**< empty: none */
	struct slice access_token; /**< with which we ask the provider; empty: none */
};

struct sources;

struct sources *sources_new(struct pg_pool *pool, struct catalogue *catalogue);
void sources_free(struct sources *s); /**< sources that are held live on */
/** `done` (may be NULL) once this or a later reading has ended. */
void sources_reload(struct sources *s, void (*done)(void *arg, enum status st), void *arg);
bool sources_ready(const struct sources *s);

const struct known_source *sources_find(const struct sources *s, struct slice address);
const struct known_source *sources_find_mailbox(const struct sources *s, struct slice mailbox);
const struct known_source *sources_find_code(const struct sources *s, int organisation_id,
					     struct slice code);
const struct known_source *sources_by_id(const struct sources *s, int source_id);
const struct known_source *const *sources_all(const struct sources *s, size_t *len);

void source_hold(const struct known_source *source);
void source_release(const struct known_source **source); /**< nulls the holder's pointer */

/** What happened to a source since the last flush; added to source_health now and then. */
enum source_event { SOURCE_TAKEN, SOURCE_REPEATED, SOURCE_REFUSED, SOURCE_EVENT_COUNT };
/** `refusal` is a stable word, and NULL where nothing was refused. Of a source that is not known
 * nothing is noted. */
void sources_note(struct sources *s, int source_id, enum source_event event, const char *refusal);
/** Since the start of this server, of all sources of a kind: adapters[adapter]. */
uint64_t sources_noted(const struct sources *s, size_t adapter, enum source_event event);
/** Those refused for their signature. */
uint64_t sources_unsigned(const struct sources *s, size_t adapter);
/** Writes what was noted; also at the end. */
void sources_flush(struct sources *s);
