/** The key, from where a key may come: a file or, last, the environment; never a flag.
 *
 * Order: --key-file, PLAUDIT_KEY_FILE, $XDG_CONFIG_HOME/plaudit/credentials (or
 * ~/.config/plaudit/credentials), PLAUDIT_KEY. A file holds one line with the key
 * alone, or lines "server key"; lines that start with "#" are comments.
 * Errors: E_DENIED where others may read the file, it is not a regular file of ours,
 * or it has no key for the server; the words say what to do.
 * Limits: CREDENTIALS_BYTES a file, CREDENTIALS_KEY_BYTES a key.
 */
#pragma once

#include "base/slice.h"
#include "base/status.h"

enum { CREDENTIALS_BYTES = 64 * 1024, CREDENTIALS_KEY_BYTES = 512 };

struct credentials {
	char key[CREDENTIALS_KEY_BYTES]; /**< "" : none, which some routes may allow */
};

/** Where to look; NULL where not given. */
struct credential_places {
	const char *file;   /**< --key-file, else PLAUDIT_KEY_FILE: must be there */
	const char *config; /**< XDG_CONFIG_HOME */
	const char *home;   /**< HOME */
	const char *key;    /**< PLAUDIT_KEY */
};

/** The key for `server`; an empty one where no place has any. */
enum status credentials_find(const struct credential_places *places, const char *server,
			     struct credentials *found, struct trouble *why) NODISCARD;

/** The key in a credentials file's text for a server; empty where there is none. */
struct slice credentials_in(struct slice text, struct slice server);
