/** What every request needs to know, held in memory: keys, programmes, waves.
 *
 * Loaded whole at start and again when PostgreSQL says that something changed
 * (channel plaudit_catalogue), so another server's change arrives within
 * milliseconds; a lost connection reloads too.
 * Lifetime: pointers are valid until the caller returns to the loop, but for a
 * struct shared_programme one holds a reference to.
 */
#pragma once

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"
#include "pg/pool.h"
#include "store/key.h"
#include "survey/programme.h"

struct shared_programme {
	int references;
	int programme_id, organisation_id;
	int revision;	  /**< as last read: of the file and of its waves' states */
	uint64_t edition; /**< of the file's bytes: another file, another edition */
	struct programme *programme;
};

void shared_programme_hold(struct shared_programme *p);
/** Nulls the holder's pointer; the last one frees the programme. */
void shared_programme_release(struct shared_programme **p);

enum wave_state { WAVE_DRAFT, WAVE_FIELDING, WAVE_CLOSED, WAVE_PUBLISHED };

struct known_key {
	char key_id[KEY_ID_CHARS + 1];
	unsigned char digest[KEY_DIGEST_BYTES];
	int organisation_id;
	struct slice organisation;
	enum role role;
	int64_t expires_at; /**< CLOCK_NO_INSTANT: never */
};

struct known_wave {
	int wave_id;
	int index;	       /**< in the programme's waves */
	enum wave_state state; /**< shown: closed while everything published is embargoed */
	int revision;	       /**< the newest announced one when this was read; 0: none */
	bool embargoed;	       /**< one was not announced yet when this was read */
	struct shared_programme *programme;
};

struct catalogue;

/** `changed` (may be NULL) is called after each reload. */
struct catalogue *catalogue_new(struct pg_pool *pool, void (*changed)(void *arg), void *arg);
void catalogue_free(struct catalogue *c);

/** Reads everything anew; `done` once this or a later reading has ended. */
void catalogue_reload(struct catalogue *c, void (*done)(void *arg, enum status st), void *arg);
/** Asks the database what the waves of an organisation show: an announcement comes by its clock,
 * not by a notification. `done` when the waves here say so, too; E_GONE where nobody needs them
 * any more. */
void catalogue_look(struct catalogue *c, int organisation_id,
		    void (*done)(void *arg, const struct trouble *why), void *arg);
/** Has it been read at least once? */
bool catalogue_ready(const struct catalogue *c);
/** Grows with each reload: whoever caches an answer about keys compares it. */
uint64_t catalogue_version(const struct catalogue *c);

/** The key whose text this is, or NULL: unknown, wrong and expired look alike. */
const struct known_key *catalogue_find_key(const struct catalogue *c, struct slice text);

/** Within one organisation; NULL: none. */
struct shared_programme *catalogue_find_programme(const struct catalogue *c, int organisation_id,
						  struct slice code);
const struct known_wave *catalogue_find_wave(const struct catalogue *c,
					     const struct shared_programme *p, struct slice code);
const struct known_wave *catalogue_wave_by_id(const struct catalogue *c, int wave_id);
/** All programmes, by id. */
struct shared_programme *const *catalogue_programmes(const struct catalogue *c, size_t *len);
const struct known_wave *catalogue_waves(const struct catalogue *c, size_t *len);

bool wave_state_from(struct slice name, enum wave_state *state);
const char *wave_state_name(enum wave_state state);
