/** What of a wave its reader gets to see: the counts as they stand, a published revision, or
 * nothing.
 *
 * Promise: for a wave that hides its boards before publication the database is asked by the same
 *   statement for every reader and in every state, so that neither answer nor time tells whether
 *   something is published under embargo. Reading before the announcement is in the audit before
 *   `done` is called.
 * Promise: `done` exactly once, never before view_find() has returned.
 * Limits: VIEWS_MOST waves at a time.
 */
#pragma once

#include "api/api.h"

enum { VIEW_NEWEST = -1, VIEWS_MOST = PROGRAMME_WAVES_LIMIT };

enum view_kind {
	VIEW_NOTHING, /**< answered like a wave of which nothing is published */
	VIEW_LIVE,    /**< revision 0: the counts as they stand */
	VIEW_REVISION
};

struct view {
	int wave_id;
	enum view_kind kind;
	int revision; /**< of VIEW_REVISION */
};

struct view_request {
	const struct known_key *key;
	const struct known_wave *const *waves;
	size_t len;
	int revision;	      /**< asked for of each; 0 is the firm's working view; VIEW_NEWEST */
	struct slice address; /**< for the audit: what is read */
};

/** Fills revision (the parameter of the query, VIEW_NEWEST without it) and address. False: it is
 * not a revision, and 422 was answered. */
bool view_request_read(struct exchange *x, struct view_request *request);

/** Nobody but the database may say what is there to be read: the wave hides its boards before
 * publication, or something waits for its announcement. */
bool view_must_ask(const struct known_wave *wave);
/** Of one wave; false where the database must be asked. */
bool view_known(const struct view_request *request, struct view *view);

/** `views` is in the order of the waves and valid during `done`; NULL with *why. */
void view_find(struct api *api, const struct view_request *request,
	       void (*done)(void *arg, const struct view *views, const struct trouble *why),
	       void *arg);

/** What the reader of VIEW_NOTHING is told, everywhere the same. */
void view_nothing(bool revision_asked, struct trouble *why);
