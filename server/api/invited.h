/** Who is behind an invitation's token, as far as a page needs to know.
 *
 * Looked up in the database each time: tokens are many, and pages are few.
 */
#pragma once

#include "api/api.h"

enum { INVITED_TOKEN_CHARS = 20, INVITED_PATIENCE_MS = 2000 };

enum invited_fate {
	INVITED,
	INVITED_BY_NOBODY, /**< there is no such token */
	INVITED_ONCE,	   /**< it has expired */
	INVITED_PERHAPS	   /**< the database did not say, or not in time */
};

struct invited {
	enum invited_fate fate;
	bool answered;
	int organisation_id;
	const struct known_wave *wave; /**< INVITED: never NULL */
	struct slice company;	       /**< its code; `at` NULL: not named */
};

/** In lower case; false: it cannot be one. */
bool invited_token_read(struct slice text, char token[INVITED_TOKEN_CHARS]);
/** `found` once, never before this has returned; what it is told is valid until it returns. */
void invited_find(struct api *api, const char token[INVITED_TOKEN_CHARS],
		  void (*found)(void *arg, const struct invited *invited), void *arg);
/** A new random one: a nonce, or the key of a contact that has no invitation. */
void invited_random(char token[INVITED_TOKEN_CHARS]);
